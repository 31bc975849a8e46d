package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.rules.fact.RefUpdate;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * One ref command and what it comes to.
 *
 * @param update what rules see of it, but for what was found
 * @param commits the new ones, the newest first, as far as a human would read
 * @param lost how many commits the ref had and has no more
 * @param base the tree before
 * @param tip the tree after
 */
record Inspected(
    RefCommand command,
    RefUpdate update,
    List<String> commits,
    int lost,
    Optional<ObjectId> base,
    Optional<ObjectId> tip) {

  /** One that brings nothing. */
  Inspected(RefCommand command, RefUpdate update) {
    this(command, update, List.of(), 0, Optional.empty(), Optional.empty());
  }
}
