package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.fact.RefUpdate.Commits;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.transport.PackedObjectInfo;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the refs of one push come to: their ancestry, their new commits, what these change,
 * and every new object. Used by one thread.
 */
@SuppressWarnings("ReferenceEquality") // JGit has one FileMode of each kind.
final class Inspector implements AutoCloseable {

  private static final int MOST_COMMITS = 200_000;
  private static final int MOST_ENTRIES = 10_000_000;
  private static final int MOST_PATHS = 100_000;
  private static final int DEEPEST = 200;
  private static final int SHOWN_COMMITS = 200;
  private static final int MESSAGES = 1_000;

  private final ObjectReader reader;
  private final RevWalk walk;
  private final ObjectScan scan;
  private final UpstreamRefs refs;
  private final Set<String> options;
  private int entries;

  Inspector(Repository repository, UpstreamRefs refs, List<String> options) {
    this.reader = repository.newObjectReader();
    this.walk = new RevWalk(reader);
    this.scan = new ObjectScan(reader);
    this.refs = refs;
    this.options = new LinkedHashSet<>(options);
  }

  /**
   * Reads one command.
   *
   * @param ref the ref it changes in the end
   */
  Inspected inspect(RefCommand command, String ref) throws IOException, GitRefusedException {
    if (command.isDelete()) {
      return new Inspected(
          command,
          new RefUpdate(ref, Change.DELETE, Commits.NONE, List.of(), List.of(), options),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
    try {
      return inspect(command, ref, tip(command));
    } catch (MissingObjectException e) {
      throw new GitRefusedException(
          "GIT-INCOMPLETE", "an object that the push needs is neither in it nor upstream");
    } catch (IncorrectObjectTypeException | CorruptObjectException e) {
      throw new GitRefusedException("GIT-OBJECT", "an object of the push is not what it should be");
    }
  }

  private RevCommit tip(RefCommand command) throws IOException, GitRefusedException {
    RevObject object = walk.parseAny(id(command.after()));
    if (command.ref().startsWith(Constants.R_HEADS) && !(object instanceof RevCommit)) {
      throw new GitRefusedException("GIT-OBJECT", "a branch can only be a commit");
    }
    for (int depth = 0; object instanceof RevTag tag; depth++) {
      if (depth == 5) {
        throw new GitRefusedException("GIT-OBJECT", "a tag of a tag of a tag is not taken");
      }
      scan.object(tag, reader.open(tag).getBytes(), "(tag message)", tag.name());
      object = walk.parseAny(tag.getObject());
    }
    if (object instanceof RevCommit commit) {
      return commit;
    }
    throw new GitRefusedException("GIT-OBJECT", "a tag can only be of a commit");
  }

  private Inspected inspect(RefCommand command, String ref, RevCommit tip)
      throws IOException, GitRefusedException {
    Optional<RevCommit> before = known(command.before());
    Optional<ObjectName> head = refs.defaultBranch().flatMap(refs::id);
    Optional<RevCommit> trunk = head.isPresent() ? known(head.get()) : Optional.empty();
    Change change = change(command, ref, before, tip);
    Optional<RevCommit> base = before.isPresent() ? before : mergeBase(trunk, tip);

    Map<String, PathChange.Content> touched = new LinkedHashMap<>();
    List<String> shown = new ArrayList<>();
    int findingsBefore = scan.findings().size();
    Commits commits = commits(tip, before, trunk, touched, shown);
    return new Inspected(
        command,
        new RefUpdate(
            ref,
            change,
            commits,
            paths(base, tip, touched),
            scan.findings().subList(findingsBefore, scan.findings().size()).stream()
                .map(Finding::secret)
                .toList(),
            options),
        shown,
        base.map(commit -> commit.getTree().getId()),
        Optional.of(tip.getTree().getId()));
  }

  private Change change(RefCommand command, String ref, Optional<RevCommit> before, RevCommit tip)
      throws IOException {
    if (command.before().isZero()) {
      return Change.CREATE;
    }
    if (ref.startsWith(Constants.R_TAGS)) {
      return Change.MOVE_TAG;
    }
    if (before.isEmpty()) {
      return Change.FORCE;
    }
    walk.reset();
    walk.setRevFilter(RevFilter.ALL);
    return walk.isMergedInto(before.get(), tip) ? Change.FAST_FORWARD : Change.FORCE;
  }

  private Optional<RevCommit> mergeBase(Optional<RevCommit> trunk, RevCommit tip)
      throws IOException {
    if (trunk.isEmpty()) {
      return Optional.empty();
    }
    walk.reset();
    walk.setRevFilter(RevFilter.MERGE_BASE);
    walk.markStart(trunk.get());
    walk.markStart(tip);
    RevCommit base = walk.next();
    walk.reset();
    walk.setRevFilter(RevFilter.ALL);
    if (base != null) {
      walk.parseHeaders(base);
    }
    return Optional.ofNullable(base);
  }

  private Commits commits(
      RevCommit tip,
      Optional<RevCommit> before,
      Optional<RevCommit> trunk,
      Map<String, PathChange.Content> touched,
      List<String> shown)
      throws IOException, GitRefusedException {
    walk.reset();
    walk.setRevFilter(RevFilter.ALL);
    walk.markStart(tip);
    if (before.isPresent()) {
      walk.markUninteresting(before.get());
    }
    if (trunk.isPresent()) {
      walk.markUninteresting(trunk.get());
    }
    int count = 0;
    Set<String> authors = new HashSet<>();
    Set<String> committers = new HashSet<>();
    List<String> messages = new ArrayList<>();
    try (TreeWalk trees = new TreeWalk(reader)) {
      for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
        if (++count > MOST_COMMITS) {
          throw limit("more than " + MOST_COMMITS + " new commits");
        }
        walk.parseBody(commit);
        scan.object(commit, commit.getRawBuffer(), "(commit message)", commit.name());
        PersonIdent author = commit.getAuthorIdent();
        PersonIdent committer = commit.getCommitterIdent();
        authors.add(author == null ? "" : PlainText.line(author.getEmailAddress()));
        committers.add(committer == null ? "" : PlainText.line(committer.getEmailAddress()));
        String subject = PlainText.line(SecretScanner.redact(commit.getShortMessage()));
        if (messages.size() < MESSAGES) {
          messages.add(subject);
        }
        if (shown.size() < SHOWN_COMMITS) {
          shown.add(
              commit.abbreviate(10).name()
                  + "  "
                  + Instant.ofEpochSecond(commit.getCommitTime())
                  + "  "
                  + (author == null ? "" : PlainText.line(author.getName()))
                  + "  "
                  + subject);
        }
        changes(commit, trees, touched);
        commit.disposeBody();
      }
    }
    return new Commits(count, count == 0, authors, committers, messages);
  }

  /** What a commit changes of all its parents: what it takes over from one of them is not new. */
  private void changes(RevCommit commit, TreeWalk trees, Map<String, PathChange.Content> touched)
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
      throw limit("more than " + MOST_ENTRIES + " changed files in its commits together");
    }
    if (trees.getDepth() > DEEPEST) {
      throw limit("directories nested deeper than " + DEEPEST);
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
        throw limit("more than " + MOST_PATHS + " changed files");
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

  private List<PathChange> paths(
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
          throw limit("more than " + MOST_PATHS + " changed files");
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

  /** Reads what else is in the pack and no ref reaches: the upstream would keep it, too. */
  void remaining(List<PackedObjectInfo> objects) throws IOException {
    for (PackedObjectInfo object : objects) {
      if (!scan.hasSeen(object)) {
        ObjectId id = object.copy();
        String what = "(object " + id.abbreviate(10).name() + ")";
        switch (object.getType()) {
          case Constants.OBJ_BLOB -> scan.blob(id, what, id.name());
          case Constants.OBJ_COMMIT, Constants.OBJ_TAG ->
              scan.object(id, reader.open(id).getBytes(), what, id.name());
          default -> {
            // The names in directories were read with the changes.
          }
        }
      }
    }
  }

  /** All that was found, of all refs. */
  List<Finding> findings() {
    return List.copyOf(scan.findings());
  }

  private static GitRefusedException limit(String what) {
    return new GitRefusedException("GIT-PUSH-LIMIT", "the push has " + what + "; push in parts");
  }

  private Optional<RevCommit> known(ObjectName name) throws IOException {
    if (name.isZero()) {
      return Optional.empty();
    }
    try {
      RevObject object = walk.peel(walk.parseAny(id(name)));
      return object instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
    } catch (MissingObjectException e) {
      return Optional.empty();
    }
  }

  private static ObjectId id(ObjectName name) {
    return ObjectId.fromString(name.hex());
  }

  @Override
  public void close() {
    walk.close();
    reader.close();
  }
}
