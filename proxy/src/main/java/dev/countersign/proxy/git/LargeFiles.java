package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Waiting;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.LargeFileBatch;
import dev.countersign.proxy.git.wire.LargeFileLock;
import dev.countersign.proxy.git.wire.LargeFileName;
import dev.countersign.proxy.git.wire.LargeFileWords;
import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import dev.countersign.rules.verdict.Decision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One request of Git LFS: read whole, judged like a push or a fetch, and made anew for the
 * upstream. Its clients do not wait for humans: they are told to come again.
 *
 * @param largest size of a file
 */
record LargeFiles(
    Visit visit,
    UpstreamLargeFiles upstream,
    LargeFileTickets tickets,
    Mirrors mirrors,
    long largest) {

  /** Twice what a batch of a thousand files takes. */
  private static final int LONGEST_REQUEST = 256 << 10;

  private static final Waiting COMES_AGAIN =
      new Waiting() {
        @Override
        public void told(Approvals.Pending pending) {}

        @Override
        public boolean stays() {
          return false;
        }
      };

  LargeFiles {
    requireNonNull(visit, "visit");
    requireNonNull(upstream, "upstream");
    requireNonNull(tickets, "tickets");
    requireNonNull(mirrors, "mirrors");
  }

  void answer(LargeFileRequest request) throws IOException, InterruptedException {
    try {
      switch (request) {
        case LargeFileRequest.Batch _ ->
            new LargeFileBatching(this).answer(LargeFileBatch.read(body()));
        case LargeFileRequest.Upload(String id) -> new LargeFileTransfer(this).receive(id);
        case LargeFileRequest.Download(String id) -> new LargeFileTransfer(this).send(id);
        case LargeFileRequest.Lock _ ->
            new LargeFileLocks(this).lock(LargeFileLock.Wanted.read(body()));
        case LargeFileRequest.Locks locks -> new LargeFileLocks(this).list(locks);
        case LargeFileRequest.Verify _ ->
            new LargeFileLocks(this).verify(LargeFileLock.Question.read(body()));
        case LargeFileRequest.Unlock(String id) ->
            new LargeFileLocks(this).unlock(id, LargeFileLock.Unwanted.read(body()));
        case LargeFileRequest.Unknown _ ->
            throw new GitRefusedException("GIT-LFS", "that is no request of Git LFS");
      }
    } catch (GitRefusedException e) {
      refuse(e);
    } catch (GitWireException e) {
      refuse(new GitRefusedException("GIT-LFS", String.valueOf(e.getMessage())));
    } catch (BodyTooLargeException e) {
      refuse(new GitRefusedException("GIT-LFS", "the request is longer than it may be"));
    } catch (UpstreamException e) {
      say(502, PlainText.line(String.valueOf(e.getMessage())));
    }
  }

  private byte[] body() throws IOException, GitRefusedException {
    return RequestBody.of(visit.exchange(), LONGEST_REQUEST).readAllBytes();
  }

  private void refuse(GitRefusedException refused) throws IOException, InterruptedException {
    if (visit.refuse("lfs", List.of(), refused) instanceof Passage.Refused no) {
      refuse(no);
    }
  }

  void refuse(Passage.Refused refused) throws IOException {
    say(403, Answers.words(refused));
  }

  void say(int status, String words) throws IOException {
    Answers.lfs(visit.exchange(), status, LargeFileWords.write("Countersign: " + words));
  }

  /**
   * The ref that a request is for. The client says so and nobody can check it: large files belong
   * to no ref. Without a word it is the default branch.
   */
  String ref(Optional<String> said, boolean changes)
      throws IOException, InterruptedException, GitRefusedException {
    UpstreamRefs refs =
        visit.repository().refs(Optional.of(visit.repository().abilities().objectFormat()));
    String name =
        said.or(refs::defaultBranch)
            .orElseThrow(
                () -> new GitRefusedException("GIT-LFS", "the request does not say for which ref"));
    GitUpstream.Pushing pushing = visit.upstream().pushing();
    Optional<String> fault =
        RefNames.fault(name, changes ? pushing.namespaces() : List.of("refs/"))
            .or(() -> changes && refs.id(name).isEmpty() ? RefNames.trap(name) : Optional.empty());
    if (fault.isPresent()) {
      throw new GitRefusedException("GIT-REF-NAME", fault.get());
    }
    return refs.resolve(name);
  }

  /** What is done with files, for rules to see. */
  static RefUpdate files(Change change, String ref, List<LargeFileName> files) {
    return update(change, ref, files.stream().map(file -> path(file.path(), file.size())).toList());
  }

  /** What is done with one path. */
  static RefUpdate path(Change change, String ref, String path) {
    return update(change, ref, List.of(path(path, 0)));
  }

  private static PathChange path(String path, long bytes) {
    return new PathChange(path, PathChange.Status.MODIFIED, PathChange.Content.BINARY, bytes, 0, 0);
  }

  private static RefUpdate update(Change change, String ref, List<PathChange> paths) {
    List<RefUpdate.Secret> said = new ArrayList<>();
    if (change == Change.LFS_UPLOAD || change == Change.LFS_LOCK) {
      // The upstream keeps the names, and tells others of them.
      add(ref, "(name of a ref)", said);
      paths.forEach(path -> add(path.path(), "(path)", said));
    }
    return new RefUpdate(ref, change, RefUpdate.Commits.NONE, paths, said, Set.of());
  }

  private static void add(String name, String where, List<RefUpdate.Secret> to) {
    SecretScanner.detectors(name)
        .forEach(detector -> to.add(new RefUpdate.Secret(detector, where, "")));
  }

  /** The beginning of the text of a command. */
  String text(RefUpdate update) {
    return update.change() + " at " + visit.upstream().resource().name() + ": " + update.ref();
  }

  Passage pass(String text, RefUpdate update, Decision decision) throws InterruptedException {
    return visit
        .session()
        .pass(
            new Command(
                text,
                new CommandFacts.Git(List.of(update)),
                decision,
                !update.change().isReading(),
                Evidence.NONE),
            COMES_AGAIN);
  }
}
