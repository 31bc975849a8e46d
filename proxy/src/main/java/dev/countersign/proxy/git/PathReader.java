package dev.countersign.proxy.git;

import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/** Reads which files the commits of one push change, and has each of them looked at. */
@SuppressWarnings("ReferenceEquality") // JGit has one FileMode of each kind.
final class PathReader {

  private static final int MOST_ENTRIES = 10_000_000;
  private static final int MOST_PATHS = 100_000;
  private static final int DEEPEST = 200;

  private final ObjectReader reader;
  private final RevWalk walk;
  private final ObjectScan scan;
  private int entries;

  PathReader(ObjectReader reader, RevWalk walk, ObjectScan scan) {
    this.reader = reader;
    this.walk = walk;
    this.scan = scan;
  }

  /** What a commit changes of all its parents: what it takes over from one of them is not new. */
  void touch(RevCommit commit, TreeWalk trees, Map<String, PathChange.Content> touched)
      throws IOException, GitRefusedException {
    trees.reset();
    trees.setRecursive(true);
    trees.setFilter(TreeFilter.ANY_DIFF);
    if (commit.getParentCount() == 0) {
      trees.addTree(new EmptyTreeIterator());
    }
    for (RevCommit parent : commit.getParents()) {
      walk.parseHeaders(parent);
      trees.addTree(parent.getTree());
    }
    int own = trees.addTree(commit.getTree());
    while (trees.next()) {
      checkWalk(trees);
      boolean taken = false;
      for (int parent = 0; parent < own; parent++) {
        taken |= trees.idEqual(parent, own) && trees.getRawMode(parent) == trees.getRawMode(own);
      }
      if (!taken) {
        changed(trees, own, commit, touched);
      }
    }
  }

  private void checkWalk(TreeWalk trees) throws GitRefusedException {
    if (++entries > MOST_ENTRIES) {
      throw GitRefusedException.limit(
          "more than " + MOST_ENTRIES + " changed files in its commits together");
    }
    if (trees.getDepth() > DEEPEST) {
      throw GitRefusedException.limit("directories nested deeper than " + DEEPEST);
    }
  }

  private void changed(
      TreeWalk trees, int own, RevCommit commit, Map<String, PathChange.Content> touched)
      throws IOException, GitRefusedException {
    String path = trees.getPathString();
    PathChange.Content content = PathChange.Content.TEXT;
    FileMode mode = trees.getFileMode(own);
    if (mode == FileMode.GITLINK) {
      content = PathChange.Content.SUBMODULE;
    } else if (mode != FileMode.MISSING) {
      BlobFacts blob = scan.blob(trees.getObjectId(own), path, commit.name());
      content = content(mode, blob);
    }
    PathChange.Content had = touched.get(path);
    if (had == null) {
      if (touched.size() == MOST_PATHS) {
        throw GitRefusedException.limit("more than " + MOST_PATHS + " changed files");
      }
      scan.name(path, commit.name());
    }
    // A link that a later commit makes a file again stays remembered as a link.
    if (had == null || had == PathChange.Content.TEXT) {
      touched.put(path, content);
    }
  }

  private static PathChange.Content content(FileMode mode, BlobFacts blob) {
    if (mode == FileMode.SYMLINK) {
      return PathChange.Content.SYMLINK;
    }
    return blob.binary() ? PathChange.Content.BINARY : PathChange.Content.TEXT;
  }

  /** What comes of it all: every path that was touched, by what it was and is. */
  List<PathChange> paths(
      Optional<RevCommit> base, RevCommit tip, Map<String, PathChange.Content> touched)
      throws IOException, GitRefusedException {
    Map<String, PathChange> paths = new LinkedHashMap<>();
    touched.forEach(
        (path, content) ->
            paths.put(path, new PathChange(path, PathChange.Status.MODIFIED, content, 0, 0, 0)));
    try (TreeWalk trees = new TreeWalk(reader)) {
      trees.setRecursive(true);
      trees.setFilter(TreeFilter.ANY_DIFF);
      if (base.isPresent()) {
        trees.addTree(base.get().getTree());
      } else {
        trees.addTree(new EmptyTreeIterator());
      }
      trees.addTree(tip.getTree());
      LineCount lines = new LineCount(reader);
      while (trees.next()) {
        checkWalk(trees);
        String path = trees.getPathString();
        if (paths.size() == MOST_PATHS && !paths.containsKey(path)) {
          throw GitRefusedException.limit("more than " + MOST_PATHS + " changed files");
        }
        paths.put(path, net(trees, path, touched.get(path), lines));
      }
    }
    return List.copyOf(paths.values());
  }

  private PathChange net(
      TreeWalk trees, String path, PathChange.@Nullable Content touched, LineCount lines)
      throws IOException {
    FileMode old = trees.getFileMode(0);
    FileMode now = trees.getFileMode(1);
    PathChange.Status status =
        old == FileMode.MISSING
            ? PathChange.Status.ADDED
            : now == FileMode.MISSING ? PathChange.Status.REMOVED : PathChange.Status.MODIFIED;
    FileMode mode = now == FileMode.MISSING ? old : now;
    if (mode == FileMode.GITLINK) {
      return new PathChange(path, status, PathChange.Content.SUBMODULE, 0, 0, 0);
    }
    ObjectId was = old == FileMode.MISSING || old == FileMode.GITLINK ? null : trees.getObjectId(0);
    ObjectId is = now == FileMode.MISSING ? null : trees.getObjectId(1);
    LineCount.Lines counted = lines.count(Optional.ofNullable(was), Optional.ofNullable(is));
    BlobFacts blob =
        is == null ? new BlobFacts(counted.binary(), 0, 0) : scan.blob(is, path, is.name());
    PathChange.Content content = content(mode, blob);
    if (touched != null && content == PathChange.Content.TEXT) {
      content = touched;
    }
    return new PathChange(path, status, content, blob.bytes(), counted.added(), counted.removed());
  }
}
