package dev.countersign.proxy.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Reads what commits change of all their parents: what a merge takes over from one of them is not
 * new. Used by one thread.
 */
final class TreeChanges {

  /**
   * A path that a commit changes.
   *
   * @param mode of what is there afterwards
   * @param object what is there afterwards; empty if nothing is
   */
  record Touch(String path, FileMode mode, Optional<ObjectId> object, String commit) {}

  /** What is there, whichever commit says so. */
  private record Content(String path, FileMode mode, Optional<ObjectId> object) {}

  private final TreeDifference trees;
  private final Set<Content> known = new HashSet<>();

  TreeChanges(ObjectReader reader) {
    trees = new TreeDifference(reader);
  }

  /** Behind so many, what has been read is told before more is. */
  private static final int ENOUGH = 50_000;

  /**
   * Reads some, until it is enough; no content of a path is told twice.
   *
   * @param commits whose parents have been read
   * @param touched told of
   * @return how many of the commits were read
   */
  int read(List<RevCommit> commits, List<Touch> touched) throws IOException, GitRefusedException {
    known.clear();
    int read = 0;
    while (read < commits.size() && touched.size() < ENOUGH) {
      read(commits.get(read++), touched);
    }
    return read;
  }

  private void read(RevCommit commit, List<Touch> touched) throws IOException, GitRefusedException {
    List<ObjectId> parents = new ArrayList<>();
    for (RevCommit parent : commit.getParents()) {
      parents.add(parent.getTree());
    }
    int begin = touched.size();
    trees.read(
        parents,
        commit.getTree(),
        change -> {
          tell(change, commit, touched);
          if (touched.size() - begin > PathReader.MOST_PATHS) {
            throw GitRefusedException.limit(
                "more than " + PathReader.MOST_PATHS + " changed files");
          }
        });
  }

  private void tell(TreeDifference.Change change, RevCommit commit, List<Touch> touched) {
    FileMode mode =
        change.after().map(side -> FileMode.fromBits(side.mode())).orElse(FileMode.MISSING);
    Content content = new Content(change.path(), mode, change.after().map(TreeDifference.Side::id));
    if (known.add(content)) {
      touched.add(new Touch(content.path(), mode, content.object(), commit.name()));
    }
  }
}
