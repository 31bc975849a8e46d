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
import org.jspecify.annotations.Nullable;

/** Reads which files the commits of one push change, and has each of them looked at. */
@SuppressWarnings("ReferenceEquality") // JGit has one FileMode of each kind.
final class PathReader {

  static final int MOST_PATHS = 100_000;

  private final ObjectReader reader;
  private final RevWalk walk;
  private final ObjectScan scan;
  private final LineCount lines;

  PathReader(ObjectReader reader, RevWalk walk, ObjectScan scan) {
    this.reader = reader;
    this.walk = walk;
    this.scan = scan;
    this.lines = new LineCount(reader);
  }

  /** The paths that any of these commits changes, and what is the least usual there. */
  Map<String, PathChange.Content> touched(List<RevCommit> commits)
      throws IOException, InterruptedException, GitRefusedException {
    for (RevCommit commit : commits) {
      for (RevCommit parent : commit.getParents()) {
        walk.parseHeaders(parent);
      }
    }
    Map<String, PathChange.Content> touched = new LinkedHashMap<>();
    new ManyTrees(reader, touch -> touch(touch, touched)).read(commits);
    return touched;
  }

  private void touch(TreeChanges.Touch touch, Map<String, PathChange.Content> touched)
      throws IOException, GitRefusedException {
    String path = touch.path();
    PathChange.Content content = PathChange.Content.TEXT;
    if (touch.mode() == FileMode.GITLINK) {
      content = PathChange.Content.SUBMODULE;
    } else if (touch.object().isPresent()) {
      BlobFacts blob = scan.blob(touch.object().get(), path, touch.commit());
      content = content(touch.mode(), blob);
    }
    PathChange.Content had = touched.get(path);
    if (had == null) {
      if (touched.size() == MOST_PATHS) {
        throw GitRefusedException.limit("more than " + MOST_PATHS + " changed files");
      }
      scan.name(path, touch.commit());
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
    List<ObjectId> others = base.stream().map(commit -> commit.getTree().getId()).toList();
    new TreeDifference(reader)
        .read(
            others,
            tip.getTree(),
            change -> {
              String path = change.path();
              if (paths.size() == MOST_PATHS && !paths.containsKey(path)) {
                throw GitRefusedException.limit("more than " + MOST_PATHS + " changed files");
              }
              paths.put(path, net(change, touched.get(path)));
            });
    return List.copyOf(paths.values());
  }

  private PathChange net(TreeDifference.Change change, PathChange.@Nullable Content touched)
      throws IOException {
    String path = change.path();
    FileMode old = mode(change.before());
    FileMode now = mode(change.after());
    PathChange.Status status =
        old == FileMode.MISSING
            ? PathChange.Status.ADDED
            : now == FileMode.MISSING ? PathChange.Status.REMOVED : PathChange.Status.MODIFIED;
    FileMode mode = now == FileMode.MISSING ? old : now;
    if (mode == FileMode.GITLINK) {
      return new PathChange(path, status, PathChange.Content.SUBMODULE, 0, 0, 0);
    }
    Optional<ObjectId> was =
        old == FileMode.GITLINK ? Optional.empty() : change.before().map(TreeDifference.Side::id);
    Optional<ObjectId> is = change.after().map(TreeDifference.Side::id);
    LineCount.Lines counted;
    BlobFacts blob;
    if (is.isEmpty()) {
      counted = lines.count(was, is);
      blob = new BlobFacts(counted.binary(), 0, 0);
    } else {
      blob = scan.blob(is.get(), path, is.get().name());
      counted = was.isEmpty() ? lines.added(blob) : lines.count(was, is);
    }
    PathChange.Content content = content(mode, blob);
    if (touched != null && content == PathChange.Content.TEXT) {
      content = touched;
    }
    return new PathChange(path, status, content, blob.bytes(), counted.added(), counted.removed());
  }

  private static FileMode mode(Optional<TreeDifference.Side> side) {
    return side.map(there -> FileMode.fromBits(there.mode())).orElse(FileMode.MISSING);
  }
}
