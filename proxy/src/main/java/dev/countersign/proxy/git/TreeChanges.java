package dev.countersign.proxy.git;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Reads what commits change of all their parents: what a merge takes over from one of them is not
 * new. Used by one thread.
 */
@SuppressWarnings("ReferenceEquality") // JGit has one FileMode of each kind.
final class TreeChanges implements AutoCloseable {

  private static final int MOST_ENTRIES = 10_000_000;
  private static final int DEEPEST = 200;

  /**
   * A path that a commit changes.
   *
   * @param mode of what is there afterwards
   * @param object what is there afterwards; empty if nothing is
   */
  record Touch(String path, FileMode mode, Optional<ObjectId> object, String commit) {}

  /** What is there, whichever commit says so. */
  private record Content(String path, FileMode mode, Optional<ObjectId> object) {}

  private final TreeWalk trees;
  private final Set<Content> known = new HashSet<>();
  private int entries;

  TreeChanges(ObjectReader reader) {
    trees = new TreeWalk(reader);
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
    trees.reset();
    trees.setRecursive(true);
    trees.setFilter(TreeFilter.ANY_DIFF);
    if (commit.getParentCount() == 0) {
      trees.addTree(new EmptyTreeIterator());
    }
    for (RevCommit parent : commit.getParents()) {
      trees.addTree(parent.getTree());
    }
    int own = trees.addTree(commit.getTree());
    int begin = touched.size();
    while (trees.next()) {
      entries++;
      check(trees, entries);
      if (!isTaken(own)) {
        tell(own, commit, touched);
        if (touched.size() - begin > PathReader.MOST_PATHS) {
          throw GitRefusedException.limit("more than " + PathReader.MOST_PATHS + " changed files");
        }
      }
    }
  }

  private void tell(int own, RevCommit commit, List<Touch> touched) {
    FileMode mode = trees.getFileMode(own);
    Content content =
        new Content(
            trees.getPathString(),
            mode,
            mode == FileMode.MISSING ? Optional.empty() : Optional.of(trees.getObjectId(own)));
    if (known.add(content)) {
      touched.add(new Touch(content.path(), mode, content.object(), commit.name()));
    }
  }

  private boolean isTaken(int own) {
    for (int parent = 0; parent < own; parent++) {
      if (trees.idEqual(parent, own) && trees.getRawMode(parent) == trees.getRawMode(own)) {
        return true;
      }
    }
    return false;
  }

  static void check(TreeWalk trees, int entries) throws GitRefusedException {
    if (entries > MOST_ENTRIES) {
      throw GitRefusedException.limit(
          "more than " + MOST_ENTRIES + " changed files in its commits together");
    }
    if (trees.getDepth() > DEEPEST) {
      throw GitRefusedException.limit("directories nested deeper than " + DEEPEST);
    }
  }

  @Override
  public void close() {
    trees.close();
  }
}
