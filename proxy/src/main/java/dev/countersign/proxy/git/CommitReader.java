package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate.Commits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/**
 * The commits that are new with one ref: who made them, who signed them, what they touch. Used
 * once.
 */
final class CommitReader {

  private static final int MOST_COMMITS = 200_000;
  private static final int SHOWN_COMMITS = 200;
  private static final int MESSAGES = 1_000;
  private static final int ABBREVIATED = 10;

  private final RevWalk walk;
  private final ObjectScan scan;
  private final PathReader paths;
  private final AllowedSigners signers;
  private final Naming naming;

  private Map<String, PathReader.Touched> touched = Map.of();
  private final List<String> shown = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final List<Commits.Commit> listed = new ArrayList<>();
  private final Map<String, String> addresses = new HashMap<>();
  private final Set<String> authors = new HashSet<>();
  private final Set<String> committers = new HashSet<>();
  private int mostListed;
  private int count;
  private int signed;
  private int verified;

  CommitReader(
      RevWalk walk, ObjectScan scan, PathReader paths, AllowedSigners signers, Naming naming) {
    this.walk = walk;
    this.scan = scan;
    this.paths = paths;
    this.signers = signers;
    this.naming = naming;
  }

  /**
   * Reads what the tip has and these others do not.
   *
   * @param most how many of them are to be on record by name
   */
  void read(RevCommit tip, List<RevCommit> others, int most)
      throws IOException, InterruptedException, GitRefusedException {
    mostListed = most;
    walk.reset();
    walk.setRevFilter(RevFilter.ALL);
    walk.markStart(tip);
    for (RevCommit other : others) {
      walk.markUninteresting(other);
    }
    List<RevCommit> all = new ArrayList<>();
    for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
      if (++count > MOST_COMMITS) {
        throw GitRefusedException.limit("more than " + MOST_COMMITS + " new commits");
      }
      walk.parseBody(commit);
      read(commit);
      commit.disposeBody();
      all.add(commit);
    }
    touched = paths.touched(all);
  }

  private void read(RevCommit commit) throws IOException {
    byte[] raw = commit.getRawBuffer();
    scan.object(commit, raw, "(commit message)", commit.name());
    Optional<PersonIdent> author = Optional.ofNullable(commit.getAuthorIdent());
    String committer = address(Optional.ofNullable(commit.getCommitterIdent()));
    String writer = address(author);
    authors.add(writer);
    committers.add(committer);
    Optional<SignedCommit> signature = naming.signed(raw);
    if (signature.isPresent()) {
      signed++;
      verified += signers.verify(signature.get(), committer) ? 1 : 0;
    }
    String subject = plain(commit.getShortMessage());
    if (listed.size() < mostListed) {
      listed.add(new Commits.Commit(naming.outer(commit.name()), writer, committer));
    }
    if (messages.size() < MESSAGES) {
      messages.add(subject);
    }
    if (shown.size() < SHOWN_COMMITS) {
      shown.add(
          naming.outer(commit.name()).substring(0, ABBREVIATED)
              + "  "
              + Instant.ofEpochSecond(commit.getCommitTime())
              + "  "
              + author.map(PersonIdent::getName).map(CommitReader::plain).orElse("")
              + "  "
              + subject);
    }
  }

  private String address(Optional<PersonIdent> person) {
    return person
        .map(PersonIdent::getEmailAddress)
        .map(address -> addresses.computeIfAbsent(address, CommitReader::plain))
        .orElse("");
  }

  /** Secrets are found wherever they stand in a commit, and shown nowhere. */
  private static String plain(String text) {
    return PlainText.line(SecretScanner.redact(text));
  }

  Commits commits() {
    return new Commits(count, signed, verified == count, authors, committers, messages, listed);
  }

  /** The paths that any of them changes of all its parents, and all that is there afterwards. */
  Map<String, PathReader.Touched> touched() {
    return touched;
  }

  /** A line for each, the newest first, as far as a human would read. */
  List<String> shown() {
    return shown;
  }
}
