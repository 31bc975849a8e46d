package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.LargeFileLock;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Change;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Locks of paths. Whoever may fetch a ref may see those of it. To the upstream all of them are the
 * gateway's: it has one login there.
 */
record LargeFileLocks(LargeFiles files) {

  private static final String LOCKS = "/locks";

  private interface Reply {
    void reply(UpstreamLargeFiles.Answer answer) throws IOException;
  }

  private interface Question {
    UpstreamLargeFiles.Answer ask() throws IOException, InterruptedException;
  }

  LargeFileLocks {
    requireNonNull(files, "files");
  }

  private Visit visit() {
    return files.visit();
  }

  void lock(LargeFileLock.Wanted wanted)
      throws IOException, InterruptedException, GitRefusedException {
    String ref = files.ref(wanted.ref(), /* changes= */ true);
    LargeFileLock.Wanted asked = new LargeFileLock.Wanted(wanted.path(), Optional.of(ref));
    RefUpdate update = LargeFiles.path(Change.LFS_LOCK, ref, wanted.path());
    pass(
        files.text(update) + "\n" + wanted.path(),
        update,
        () -> files.upstream().post(LOCKS, asked.write()),
        answer -> {
          switch (answer.status()) {
            case 200, 201 -> one(201, answer, "");
            case 409 -> one(409, answer, "Countersign: the path is locked already");
            default -> throw answer.asFailure();
          }
        });
  }

  void unlock(String id, LargeFileLock.Unwanted unwanted)
      throws IOException, InterruptedException, GitRefusedException {
    String ref = files.ref(unwanted.ref(), /* changes= */ true);
    LargeFileLock lock = find(id);
    LargeFileLock.Unwanted asked = new LargeFileLock.Unwanted(unwanted.force(), Optional.of(ref));
    RefUpdate update =
        LargeFiles.path(
            unwanted.force() ? Change.LFS_FORCE_UNLOCK : Change.LFS_UNLOCK, ref, lock.path());
    pass(
        files.text(update) + "\n" + id + " " + lock.path(),
        update,
        () -> files.upstream().post(LOCKS + "/" + id + "/unlock", asked.write()),
        answer -> {
          if (!answer.isOk()) {
            throw answer.asFailure();
          }
          one(200, answer, "");
        });
  }

  /** What is locked is a fact; the client names the lock only. */
  private LargeFileLock find(String id)
      throws IOException, InterruptedException, GitRefusedException {
    UpstreamLargeFiles.Answer answer = files.upstream().get(LOCKS + "?id=" + id);
    if (!answer.isOk()) {
      throw answer.asFailure();
    }
    return read(answer, "locks").stream()
        .filter(lock -> lock.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new GitRefusedException("GIT-LFS", "there is no such lock"));
  }

  void list(LargeFileRequest.Locks asked)
      throws IOException, InterruptedException, GitRefusedException {
    String ref =
        files.ref(Optional.ofNullable(asked.filter().get("refspec")), /* changes= */ false);
    Map<String, String> filter = new TreeMap<>(asked.filter());
    filter.put("refspec", ref);
    List<String> query = new ArrayList<>();
    filter.forEach(
        (name, value) -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    RefUpdate update = Visit.reading(ref);
    pass(
        "locks of large files at " + visit().upstream().resource().name() + ": " + ref,
        update,
        () -> files.upstream().get(LOCKS + "?" + String.join("&", query)),
        answer -> lists(answer, List.of("locks")));
  }

  void verify(LargeFileLock.Question question)
      throws IOException, InterruptedException, GitRefusedException {
    String ref = files.ref(question.ref(), /* changes= */ false);
    LargeFileLock.Question asked = new LargeFileLock.Question(Optional.of(ref), question.cursor());
    pass(
        "locks of large files at " + visit().upstream().resource().name() + ": " + ref,
        Visit.reading(ref),
        () -> files.upstream().post(LOCKS + "/verify", asked.write()),
        answer -> lists(answer, List.of("ours", "theirs")));
  }

  private void pass(String text, RefUpdate update, Question question, Reply reply)
      throws IOException, InterruptedException {
    switch (files.pass(text, update, visit().decide(update))) {
      case Passage.Refused refused -> files.refuse(refused);
      case Passage.Released(Release release) -> {
        try {
          UpstreamLargeFiles.Answer answer = question.ask();
          reply.reply(answer);
          release.completed(String.valueOf(answer.status()));
        } finally {
          // Only the first end counts.
          release.failed("broken off");
        }
      }
    }
  }

  private void one(int status, UpstreamLargeFiles.Answer answer, String message)
      throws IOException {
    LargeFileLock lock;
    try {
      lock = LargeFileLock.readOne(answer.body());
    } catch (GitWireException e) {
      throw notUnderstood(e);
    }
    Answers.lfs(visit().exchange(), status, LargeFileLock.write(lock, message));
  }

  private void lists(UpstreamLargeFiles.Answer answer, List<String> names) throws IOException {
    if (answer.status() == 404 || answer.status() == 501) {
      // So clients learn that there are no locks here, and go on without.
      files.say(404, "the upstream has no locks");
      return;
    }
    if (!answer.isOk()) {
      throw answer.asFailure();
    }
    List<List<LargeFileLock>> lists = new ArrayList<>();
    for (String name : names) {
      lists.add(read(answer, name));
    }
    Answers.lfs(visit().exchange(), 200, LargeFileLock.write(names, lists, next(answer)));
  }

  private static List<LargeFileLock> read(UpstreamLargeFiles.Answer answer, String name)
      throws UpstreamException {
    try {
      return LargeFileLock.readList(answer.body(), name);
    } catch (GitWireException e) {
      throw notUnderstood(e);
    }
  }

  private static Optional<String> next(UpstreamLargeFiles.Answer answer) throws UpstreamException {
    try {
      return LargeFileLock.next(answer.body());
    } catch (GitWireException e) {
      throw notUnderstood(e);
    }
  }

  private static UpstreamException notUnderstood(GitWireException e) {
    return new UpstreamException("the upstream's answer about locks is not understood", e);
  }
}
