package dev.countersign.proxy.git;

import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Reads which files the commits of one push change, and has each of them looked at. */
@SuppressWarnings("ReferenceEquality") // JGit has one FileMode of each kind.
final class PathReader {

  static final int MOST_PATHS = 100_000;

  /** What a path was on the way. */
  static final class Touched {

    private final Set<PathChange.Content> contents = EnumSet.noneOf(PathChange.Content.class);
    private long largest;

    private void add(PathChange.Content content, long bytes) {
      contents.add(content);
      largest = Math.max(largest, bytes);
    }
  }

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

  /** The paths that any of these commits changes, and all that is there after one of them. */
  Map<String, Touched> touched(List<RevCommit> commits)
      throws IOException, InterruptedException, GitRefusedException {
    for (RevCommit commit : commits) {
      for (RevCommit parent : commit.getParents()) {
        walk.parseHeaders(parent);
      }
    }
    Map<String, Touched> touched = new LinkedHashMap<>();
    new ManyTrees(reader, touch -> touch(touch, touched)).read(commits);
    return touched;
  }

  private void touch(TreeChanges.Touch touch, Map<String, Touched> touched)
      throws IOException, GitRefusedException {
    String path = touch.path();
    PathChange.Content content = PathChange.Content.TEXT;
    long bytes = 0;
    if (touch.mode() == FileMode.GITLINK) {
      content = PathChange.Content.SUBMODULE;
    } else if (touch.object().isPresent()) {
      BlobFacts blob = scan.blob(touch.object().get(), path, touch.commit());
      content = content(touch.mode(), blob);
      bytes = blob.bytes();
    }
    if (!touched.containsKey(path)) {
      if (touched.size() == MOST_PATHS) {
        throw tooMany();
      }
      scan.name(path, touch.commit());
    }
    // A link that a later commit makes a file again stays remembered as a link.
    touched.computeIfAbsent(path, _ -> new Touched()).add(content, bytes);
  }

  private static GitRefusedException tooMany() {
    return GitRefusedException.limit("more than " + MOST_PATHS + " changed files");
  }

  private static PathChange.Content content(FileMode mode, BlobFacts blob) {
    if (mode == FileMode.SYMLINK) {
      return PathChange.Content.SYMLINK;
    }
    return blob.binary() ? PathChange.Content.BINARY : PathChange.Content.TEXT;
  }

  /**
   * What comes of it all: every path that was touched, by what it was and is, and once more for
   * whatever else it was on the way. Two names that read alike are two paths.
   */
  List<PathChange> paths(Optional<RevCommit> base, RevCommit tip, Map<String, Touched> touched)
      throws IOException, GitRefusedException {
    List<PathChange> paths = new ArrayList<>();
    Map<String, Set<PathChange.Content>> told = new HashMap<>();
    List<ObjectId> others = base.stream().map(commit -> commit.getTree().getId()).toList();
    new TreeDifference(reader)
        .read(
            others,
            tip.getTree(),
            change -> {
              if (paths.size() == MOST_PATHS) {
                throw tooMany();
              }
              PathChange net = net(change, touched);
              paths.add(net);
              told.computeIfAbsent(net.path(), _ -> EnumSet.noneOf(PathChange.Content.class))
                  .add(net.content());
            });
    touched.forEach(
        (path, way) -> {
          Set<PathChange.Content> known = told.getOrDefault(path, Set.of());
          for (PathChange.Content content : way.contents) {
            boolean isUsual = content == PathChange.Content.TEXT;
            if (isUsual ? known.isEmpty() && way.contents.size() == 1 : !known.contains(content)) {
              paths.add(
                  new PathChange(path, PathChange.Status.MODIFIED, content, way.largest, 0, 0));
            }
          }
        });
    if (paths.size() > MOST_PATHS) {
      throw tooMany();
    }
    return paths;
  }

  private PathChange net(TreeDifference.Change change, Map<String, Touched> touched)
      throws IOException {
    String path = change.path();
    Touched way = touched.get(path);
    long largest = way == null ? 0 : way.largest;
    FileMode old = mode(change.before());
    FileMode now = mode(change.after());
    PathChange.Status status =
        old == FileMode.MISSING
            ? PathChange.Status.ADDED
            : now == FileMode.MISSING ? PathChange.Status.REMOVED : PathChange.Status.MODIFIED;
    FileMode mode = now == FileMode.MISSING ? old : now;
    if (mode == FileMode.GITLINK) {
      return new PathChange(path, status, PathChange.Content.SUBMODULE, largest, 0, 0);
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
    return new PathChange(
        path,
        status,
        content(mode, blob),
        Math.max(largest, blob.bytes()),
        counted.added(),
        counted.removed());
  }

  private static FileMode mode(Optional<TreeDifference.Side> side) {
    return side.map(there -> FileMode.fromBits(there.mode())).orElse(FileMode.MISSING);
  }
}
