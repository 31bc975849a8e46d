package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.fact.RefUpdate.Commits;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * Reads what the refs of one push come to: their ancestry, their new commits, what these change,
 * and every new object. Used by one thread.
 */
final class Inspector implements AutoCloseable {

  /** How many commits that a ref loses are counted. */
  static final int MOST_LOST = 10_000;

  /** How many commits of a ref are recorded by name; of all refs of a push, ten times as many. */
  private static final int MOST_LISTED = 100;

  /** The longest line of a {@code .gitattributes}, as of git itself. */
  private static final int LONGEST_ATTRIBUTES = 2_048;

  private static final String MISSING =
      "an object that the push needs is neither in it nor upstream; in a shallow clone, run git"
          + " fetch --unshallow first";

  /** What is asked for, what came with it, who may sign what, and how all of it is called. */
  record Push(PushRequest request, PackScan pack, AllowedSigners signers, Naming naming) {

    Set<String> options() {
      return request.options().stream()
          .map(SecretScanner::redact)
          .collect(Collectors.toUnmodifiableSet());
    }

    boolean atomic() {
      return request.has(PushRequest.ATOMIC);
    }
  }

  private final ObjectReader reader;
  private final RevWalk walk;
  private final ObjectScan scan;
  private final PathReader paths;
  private final UpstreamRefs refs;
  private final Push push;
  private int toBeListed = 10 * MOST_LISTED;
  private boolean hasStrays;

  Inspector(Repository repository, UpstreamRefs refs, Push push) {
    this.reader = new QuickReader(repository.newObjectReader(), push.pack());
    this.walk = new RevWalk(reader);
    this.scan = new ObjectScan(reader, push.pack(), push.naming());
    this.paths = new PathReader(reader, walk, scan);
    this.refs = refs;
    this.push = push;
  }

  /**
   * Reads one command.
   *
   * @param ref the ref it changes in the end
   */
  Inspected inspect(RefCommand command, String ref)
      throws IOException, InterruptedException, GitRefusedException {
    if (command.isDelete()) {
      return new Inspected(command, update(ref, Change.DELETE, Commits.NONE, List.of()));
    }
    try {
      return inspect(command, ref, tip(command));
    } catch (MissingObjectException e) {
      throw new GitRefusedException("GIT-INCOMPLETE", MISSING);
    } catch (IncorrectObjectTypeException | CorruptObjectException e) {
      throw new GitRefusedException("GIT-OBJECT", "an object of the push is not what it should be");
    }
  }

  private RevCommit tip(RefCommand command) throws IOException, GitRefusedException {
    Optional<ObjectId> after = push.naming().inner(command.after());
    if (after.isEmpty()) {
      throw new GitRefusedException("GIT-INCOMPLETE", MISSING);
    }
    RevObject object = walk.parseAny(after.get());
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
      throws IOException, InterruptedException, GitRefusedException {
    Optional<RevCommit> before = known(command.before());
    Optional<ObjectName> head = refs.defaultBranch().flatMap(refs::id);
    Optional<RevCommit> trunk = head.isPresent() ? known(head.get()) : Optional.empty();
    Change change = change(command, ref, before, tip);
    Optional<RevCommit> base = before.isPresent() ? before : mergeBase(trunk, tip);

    CommitReader reading = new CommitReader(walk, scan, paths, push.signers(), push.naming());
    reading.read(
        tip,
        Stream.of(before, trunk).flatMap(Optional::stream).toList(),
        Math.min(MOST_LISTED, toBeListed));
    Commits commits = reading.commits();
    toBeListed -= commits.listed().size();
    return new Inspected(
        command,
        update(ref, change, commits, paths.paths(base, tip, reading.touched())),
        reading.shown(),
        change == Change.FORCE ? lost(before, tip) : 0,
        base.map(commit -> commit.getTree().getId()),
        Optional.of(tip.getTree().getId()));
  }

  private RefUpdate update(
      String ref, Change change, Commits commits, List<RefUpdate.PathChange> changes) {
    return new RefUpdate(
        SecretScanner.redact(ref),
        change,
        commits,
        changes,
        List.of(),
        push.options(),
        push.atomic());
  }

  /** How many commits the ref had and has no more. */
  private int lost(Optional<RevCommit> before, RevCommit tip) throws IOException {
    if (before.isEmpty()) {
      return 0;
    }
    walk.reset();
    walk.setRevFilter(RevFilter.ALL);
    walk.markStart(before.get());
    walk.markUninteresting(tip);
    int lost = 0;
    while (lost < MOST_LOST && walk.next() != null) {
      lost++;
    }
    return lost;
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

  /** Reads what goes upstream beside objects, and is told to everybody there. */
  void said() {
    for (RefCommand command : push.request().commands()) {
      if (!command.isDelete()) {
        scan.said(command.ref(), "(name of a ref)");
      }
    }
    push.request().options().forEach(option -> scan.said(option, "(push option)"));
  }

  /** Looks at the settings of git's that are in the pack's directories. */
  void settings() throws IOException, GitRefusedException {
    for (ObjectId id : push.pack().submodules()) {
      refuseIf(".gitmodules", id, Inspector::isHarmfulToSubmodules);
    }
    for (ObjectId id : push.pack().attributes()) {
      if (push.pack().blob(id).isPresent()) {
        refuseIf(".gitattributes", id, Inspector::isHarmfulToAttributes);
      }
    }
  }

  /** What is asked of a file. */
  private interface Question {
    boolean isSo(ObjectLoader file) throws IOException;
  }

  private void refuseIf(String name, ObjectId id, Question isHarmful)
      throws IOException, GitRefusedException {
    boolean harmful;
    try {
      harmful = isHarmful.isSo(reader.open(id, Constants.OBJ_BLOB));
    } catch (MissingObjectException e) {
      // Of a directory that no ref reaches, or another repository's.
      return;
    } catch (IncorrectObjectTypeException e) {
      harmful = true;
    }
    if (harmful) {
      throw new GitRefusedException(
          "GIT-OBJECT", "a " + name + " says what git's own check does not take");
    }
  }

  private static boolean isHarmfulToSubmodules(ObjectLoader file) throws IOException {
    return file.getSize() > SubmoduleSettings.LONGEST
        || SubmoduleSettings.isHarmful(RawParseUtils.decode(file.getBytes()));
  }

  /** Git before 2.39 can be made to write where it should not by lines that are longer. */
  private static boolean isHarmfulToAttributes(ObjectLoader file) throws IOException {
    byte[] buffer = new byte[8 << 10];
    int length = 0;
    try (InputStream in = file.openStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          length = buffer[i] == '\n' ? 0 : length + 1;
          if (length == LONGEST_ATTRIBUTES) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Reads what else is in the pack and no ref reaches: the upstream would keep it, too. */
  void remaining(List<PackEntry> objects) throws IOException {
    for (PackEntry object : objects) {
      ObjectId id = object.id();
      switch (object.type()) {
        case Constants.OBJ_BLOB -> {
          if (push.pack().blob(id).filter(blob -> !blob.hits().isEmpty()).isPresent()) {
            scan.blob(id, what(id), id.name());
          }
        }
        case Constants.OBJ_COMMIT, Constants.OBJ_TAG -> {
          if (!scan.hasRead(id)) {
            hasStrays = true;
            scan.object(id, reader.open(id).getBytes(), what(id), id.name());
          }
        }
        default -> {
          // The names in directories were read when the pack came in.
        }
      }
    }
    scan.remainingNames();
  }

  /** Whether there were commits or tags among that. */
  boolean hasStrays() {
    return hasStrays;
  }

  private String what(ObjectId object) {
    return "(object " + push.naming().outer(object.name()).substring(0, 10) + ")";
  }

  /** All that was found, of all refs. */
  List<Finding> findings() {
    return List.copyOf(scan.findings());
  }

  private Optional<RevCommit> known(ObjectName name) throws IOException {
    Optional<ObjectId> id = name.isZero() ? Optional.empty() : push.naming().inner(name);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    try {
      RevObject object = walk.peel(walk.parseAny(id.get()));
      return object instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
    } catch (MissingObjectException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    walk.close();
    reader.close();
  }
}
