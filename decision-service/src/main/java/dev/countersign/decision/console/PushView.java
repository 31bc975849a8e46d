package dev.countersign.decision.console;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.verdict.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * A push or a fetch of a recorded session: refs, commits, files, and what looks like a secret.
 *
 * @param approval the approval it waited for, if it did
 * @param without why there is no difference; empty if there is one, or nothing changes
 */
record PushView(List<Ref> refs, int moreRefs, Optional<String> approval, String without) {

  private static final int MOST_REFS = 20;
  private static final int MOST_LINES = 100;

  /**
   * One ref.
   *
   * @param commits ids, people and first lines of the new commits
   * @param moreCommits how many there are besides
   */
  record Ref(
      String name,
      RefUpdate.Change change,
      String about,
      List<String> commits,
      int moreCommits,
      List<File> files,
      int moreFiles,
      List<Secret> secrets) {

    /** How it looks: what loses commits is red. */
    String look() {
      return change.losesCommits() ? "bad" : change.isReading() ? "" : "info";
    }
  }

  /** A file that is changed. */
  record File(String status, String path, int added, int removed, String kind) {

    static File of(PathChange change) {
      return new File(
          switch (change.status()) {
            case ADDED -> "added";
            case MODIFIED -> "changed";
            case REMOVED -> "removed";
          },
          Shown.line(change.path()),
          change.linesAdded(),
          change.linesRemoved(),
          switch (change.content()) {
            case TEXT -> "";
            case BINARY -> "binary";
            case SYMLINK -> "symbolic link";
            case SUBMODULE -> "submodule";
          });
    }
  }

  /** Something that looks like a secret. */
  record Secret(String detector, String path, String commit) {

    static Secret of(RefUpdate.Secret secret) {
      String commit = secret.commit();
      return new Secret(
          Shown.line(secret.detector()),
          Shown.line(secret.path()),
          Shown.line(commit.substring(0, Math.min(12, commit.length()))));
    }
  }

  /**
   * @param hasDifference whether there is one to be shown beside it
   */
  static PushView of(
      CommandFacts.Git facts, Verdict verdict, Optional<String> approval, boolean hasDifference) {
    boolean changes = facts.updates().stream().anyMatch(update -> !update.change().isReading());
    return new PushView(
        facts.updates().stream().limit(MOST_REFS).map(PushView::ref).toList(),
        Math.max(0, facts.updates().size() - MOST_REFS),
        approval,
        changes && !hasDifference ? without(verdict, approval) : "");
  }

  private static String without(Verdict verdict, Optional<String> approval) {
    if (approval.isPresent()) {
      return "The difference that approvers were shown is no longer kept.";
    }
    return verdict == Verdict.BLOCK
        ? "It was blocked: its objects are gone, and what they held was not kept."
        : "Nobody was asked, so no difference was made. The commits are in the repository.";
  }

  private static Ref ref(RefUpdate update) {
    RefUpdate.Commits commits = update.commits();
    return new Ref(
        Shown.line(update.ref()),
        update.change(),
        about(update),
        commits.lines().stream().limit(MOST_LINES).map(Shown::line).toList(),
        Math.max(0, commits.count() - Math.min(MOST_LINES, commits.messages().size())),
        update.paths().stream().limit(MOST_LINES).map(File::of).toList(),
        Math.max(0, update.paths().size() - MOST_LINES),
        update.secrets().stream().limit(MOST_LINES).map(Secret::of).toList());
  }

  private static String about(RefUpdate update) {
    int count = update.commits().count();
    if (update.change().isReading() || update.change() == RefUpdate.Change.DELETE) {
      return "";
    }
    long added = update.paths().stream().mapToLong(PathChange::linesAdded).sum();
    long removed = update.paths().stream().mapToLong(PathChange::linesRemoved).sum();
    return "%d new commit%s (%d signed), %d file%s, +%d −%d"
        .formatted(
            count,
            count == 1 ? "" : "s",
            update.commits().signed(),
            update.paths().size(),
            update.paths().size() == 1 ? "" : "s",
            added,
            removed);
  }
}
