package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/** What a request gets. */
sealed interface Answer {

  /**
   * A page, in the frame that all pages have.
   *
   * @param template its body, by the name of the template
   * @param model what the template shows
   */
  record Page(int status, String title, Section section, String template, Object model)
      implements Answer {

    public Page {
      requireNonNull(model, "model");
    }

    static Page of(Section section, String title, String template, Object model) {
      return new Page(200, title, section, template, model);
    }
  }

  /** A part of a page, fetched anew. */
  record Part(String template, Object model) implements Answer {}

  /** Another page, to be fetched with GET. */
  record Elsewhere(String to) implements Answer {}

  /**
   * A file to keep.
   *
   * @param name what it is called on the reader's disk
   */
  record File(String name, String type, ByteBuffer content) implements Answer {

    static File of(String name, String type, byte[] content) {
      return new File(name, type, ByteBuffer.wrap(content).asReadOnlyBuffer());
    }
  }
}
