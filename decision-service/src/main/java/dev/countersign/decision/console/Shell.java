package dev.countersign.decision.console;

import java.util.List;
import java.util.Optional;

/**
 * The frame of a page: who is signed in, where they are, what waits for them.
 *
 * @param section where the page is; empty for what is outside of all of them
 * @param user the name of whoever is signed in; empty if nobody is
 * @param groups theirs, in order
 * @param sections where they may go
 * @param formToken what every form carries
 * @param waiting how many approvals wait for an answer of theirs
 * @param notice what has just been done
 */
record Shell(
    String title,
    Optional<Section> section,
    Optional<String> user,
    List<String> groups,
    List<Section> sections,
    String formToken,
    long waiting,
    Optional<String> notice,
    Assets assets) {

  String here(Section other) {
    return section.filter(other::equals).isPresent() ? "page" : "false";
  }
}
