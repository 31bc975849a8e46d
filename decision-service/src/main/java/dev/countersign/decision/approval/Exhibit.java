package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

/**
 * Something an approver is shown beside the command itself: the difference a push makes, what a dry
 * run answered, a plan. It does not run; the digest of the command does not cover it.
 *
 * @param title a few words
 * @param format how it is to be read
 * @param content text as it is, of any length a human would read; whoever shows it makes control
 *     characters visible
 */
public record Exhibit(String title, Format format, String content) {

  /** How a text is to be read. */
  public enum Format {
    TEXT,
    /** A unified difference. */
    DIFF,
    /** A JSON array of objects with the same members, all of them texts. */
    TABLE
  }

  public Exhibit {
    requireNonNull(title, "title");
    requireNonNull(format, "format");
    requireNonNull(content, "content");
  }
}
