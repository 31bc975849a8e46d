package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import java.util.List;

/**
 * Something that was asked, or could be.
 *
 * @param text for people
 * @param acts what the rules see of it, judged one by one; never empty
 */
public record Command(String text, Subject subject, Resource resource, List<? extends Act> acts) {

  public Command {
    requireNonNull(text, "text");
    requireNonNull(subject, "subject");
    requireNonNull(resource, "resource");
    acts = List.copyOf(acts);
    if (acts.isEmpty()) {
      throw new IllegalArgumentException("a command does something");
    }
  }
}
