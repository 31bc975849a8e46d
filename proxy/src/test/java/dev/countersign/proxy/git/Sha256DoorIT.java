package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Repositories that name their objects by SHA-256, behind doors of which more is wanted. */
class Sha256DoorIT {

  private static final String KEY = "AKIA" + "Q3EGX7ZPLMNB2VWY";
  private static final byte[] FILE =
      "a large file\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home;

  @Test
  void pushesPointersToLargeFilesAndTheFiles() throws Exception {
    try (OpenGitDoor door = door().largeFiles(1 << 20).open()) {
      Path clone = cloneWithLargeFiles(door);
      Files.write(clone.resolve("model.bin"), FILE);
      door.commit(clone, "add a model");

      StockGit.Printed pushed = door.git(clone, "push", "origin", "HEAD:agent/model");
      Path other = cloneWithLargeFiles(door);
      Files.delete(other.resolve(".gitattributes"));
      StockGit.Printed pulled = door.git(other, "checkout", "agent/model");

      assertThat(pushed.exit()).as(pushed.text()).isZero();
      assertThat(door.upstream("refs/heads/agent/model")).isEqualTo(door.head(clone)).hasSize(64);
      assertThat(door.git(clone, "show", "HEAD:model.bin").text())
          .contains("oid sha256:" + sha256(FILE));
      assertThat(door.server.largeFiles.files.get(sha256(FILE))).isEqualTo(FILE);
      assertThat(pulled.exit()).as(pulled.text()).isZero();
      assertThat(other.resolve("model.bin")).hasBinaryContent(FILE);
      assertThat(door.updates(Verdict.ALLOW).stream().map(RefUpdate::change))
          .contains(RefUpdate.Change.LFS_UPLOAD, RefUpdate.Change.LFS_DOWNLOAD);
    }
  }

  @Test
  void git31_git23_sendsNeitherAPointerNorAFileWithASecret() throws Exception {
    try (OpenGitDoor door = door().largeFiles(1 << 20).open()) {
      Path clone = cloneWithLargeFiles(door);
      Files.writeString(clone.resolve("model.bin"), "key = " + KEY + "\n");
      door.commit(clone, "add a model");

      StockGit.Printed pushed = door.git(clone, "push", "origin", "HEAD:agent/model");

      assertThat(pushed.exit()).isNotZero();
      assertThat(pushed.text()).contains("GIT-002").doesNotContain(KEY);
      assertThat(door.server.largeFiles.files).isEmpty();
      assertThat(door.upstream("refs/heads/agent/model")).isEmpty();
    }
  }

  private static Path cloneWithLargeFiles(OpenGitDoor door) throws Exception {
    Path clone = door.clone();
    door.git(clone, "lfs", "install", "--local");
    StockGit.write(clone, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    return clone;
  }

  @Test
  void keepsPacksThatGitReadsAgain() throws Exception {
    OwnerPrivateKey key = OwnerPrivateKey.generate();
    RecordedPacks packs = RecordedPacks.beside(home);
    PackRecorder recorder =
        new PackRecorder(
            packs,
            OwnerKey.read(Files.writeString(home.resolve("owner.jwk"), key.publicJwk())),
            1 << 20,
            InstantSource.system());
    try (OpenGitDoor door = door().recording(Optional.of(recorder)).open()) {
      Path clone = door.cloneWith("src/new.py", "print('new')\n");

      StockGit.Printed pushed = door.git(clone, "push", "origin", "HEAD:agent/seven");

      assertThat(pushed.exit()).as(pushed.text()).isZero();
      String kept =
          door.journal.of(Event.ContentRecorded.class).stream()
              .filter(event -> event.stream() == Stream.PACK)
              .map(Event.ContentRecorded::content)
              .findFirst()
              .orElseThrow();
      Path pack = home.resolve("push.pack");
      try (OutputStream out = Files.newOutputStream(pack)) {
        assertThat(packs.open(kept.substring(7, 71), key, out)).isTrue();
      }
      assertThat(kept).startsWith("sha256:" + sha256(Files.readAllBytes(pack)));
      StockGit.Printed indexed =
          door.git(home, "index-pack", "--object-format=sha256", pack.toString());
      assertThat(indexed.exit()).as(indexed.text()).isZero();
      door.git(home, "init", "--bare", "--object-format=sha256", "looked-at.git");
      Path lookedAt = home.resolve("looked-at.git");
      Process read = door.start(lookedAt, OpenGitDoor.TOKEN, "index-pack", "--fix-thin", "--stdin");
      Files.copy(pack, read.getOutputStream());
      read.getOutputStream().close();
      assertThat(StockGit.ended(read).exit()).isZero();
      assertThat(door.git(lookedAt, "cat-file", "-p", door.head(clone)).text())
          .contains("change src/new.py");
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsWhatWasApprovedThoughItsClientHasLeft(ObjectFormat format) throws Exception {
    try (OpenGitDoor door = new GitDoorBuilder().format(format).withoutClient().open()) {
      Path clone = door.cloneWith("a.txt", "a\n");

      Process push = door.startPush(clone, "HEAD:main");
      PaperApprovals.Asked asked = door.approvals.next();
      push.descendants().forEach(ProcessHandle::destroyForcibly);
      push.destroyForcibly().waitFor();
      assertThat(door.approvals.withdrawn.poll(2, java.util.concurrent.TimeUnit.SECONDS)).isNull();
      asked.approve();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(door.upstream("refs/heads/main")).isEqualTo(door.head(clone)));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(door.journal.of(Event.CommandCompleted.class))
                      .anyMatch(event -> event.status().equals("ok") && event.error().isEmpty()));
      assertThat(door.journal.of(Event.ContentRecorded.class))
          .anyMatch(event -> event.content().contains("ok refs/heads/main"));
      StockGit.write(clone, "b.txt", "b\n");
      door.commit(clone, "b");
      StockGit.Printed next = door.git(clone, "push", "origin", "HEAD:agent/next");
      assertThat(next.exit()).as(next.text()).isZero();
    }
  }

  private static GitDoorBuilder door() {
    return new GitDoorBuilder().format(ObjectFormat.SHA256);
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Digests.sha256().digest(bytes));
  }
}
