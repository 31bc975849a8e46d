package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.rules.verdict.Verdict;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock git against a door that keeps the packs of pushes. */
class RecordedPacksIT {

  @TempDir Path home;
  private OwnerPrivateKey key;
  private RecordedPacks packs;

  @BeforeEach
  void keys() {
    key = OwnerPrivateKey.generate();
    packs = RecordedPacks.beside(home);
  }

  @Test
  void keepsWhatWasLetThroughAndGivesItBackToGit() throws Exception {
    try (OpenGitDoor door = new GitDoorBuilder().recording(Optional.of(recorder(1 << 20))).open()) {
      Path clone = door.cloneWith("src/new.py", "print('new')\n");
      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/seven");

      assertThat(printed.exit()).as(printed.text()).isZero();
      String kept = recorded(door).getFirst();
      assertThat(kept).matches("sha256:[0-9a-f]{64} [0-9]+ bytes");
      assertThat(door.journal.of(Event.CommandDecided.class))
          .anyMatch(event -> event.text().contains("\npack " + kept));
      Path pack = home.resolve("push.pack");
      try (OutputStream out = Files.newOutputStream(pack)) {
        assertThat(packs.open(kept.substring(7, 71), key, out)).isTrue();
      }
      Path bare = Files.createDirectory(home.resolve("bare.git"));
      door.git(bare, "init", "-q", "--bare");
      assertThat(door.git(bare, "index-pack", pack.toString()).exit()).isZero();
      assertThat(door.git(bare, "verify-pack", "-v", pack.toString()).text())
          .contains(door.git(clone, "rev-parse", "HEAD").text().strip(), "commit", "blob");
    }
  }

  @Test
  void keepsNothingOfWhatWasBlockedOrOnlyDeletes() throws Exception {
    try (OpenGitDoor door = new GitDoorBuilder().recording(Optional.of(recorder(1 << 20))).open()) {
      Path clone = door.clone();
      assertThat(door.git(clone, "push", "origin", "HEAD:agent/old").exit()).isZero();
      int before = recorded(door).size();
      StockGit.write(clone, "aws.ini", "key = AKIA" + "Q3EGX7ZPLMNB2VWY\n");
      door.commit(clone, "add a key");

      assertThat(door.git(clone, "push", "origin", "HEAD:agent/aws").exit()).isNotZero();
      assertThat(door.git(clone, "push", "origin", ":agent/old").exit()).isZero();

      assertThat(recorded(door)).hasSize(before);
    }
  }

  /** Fail closed: what has to be recorded and cannot be does not happen. */
  @Test
  void refusesWhatItCannotKeep() throws Exception {
    try (OpenGitDoor door = new GitDoorBuilder().recording(Optional.of(recorder(100))).open()) {
      assertThat(refused(door)).contains("GIT-RECORDING", "no room left", "journal.packs");
    }
    try (OpenGitDoor door = new GitDoorBuilder().recording(Optional.empty()).open()) {
      assertThat(refused(door)).contains("GIT-RECORDING", "journal.ownerKey");
    }
  }

  /** The disk fails after the verdict: the journal says that the push was not made. */
  @Test
  void refusesWhatFailsWhileItIsKept() throws Exception {
    try (OpenGitDoor door = new GitDoorBuilder().recording(Optional.of(recorder(1 << 20))).open()) {
      Path clone = door.cloneWith("a.txt", "a\n");
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      for (LocalDate day : List.of(today, today.plusDays(1))) {
        Files.createSymbolicLink(
            home.resolve("packs").resolve(day.toString()), home.resolve("nowhere"));
      }

      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/a");

      assertThat(printed.exit()).isNotZero();
      assertThat(printed.text()).contains("have to be recorded", "tell the gateway's operator");
      assertThat(door.upstream("refs/heads/agent/a")).isEmpty();
      assertThat(recorded(door)).isEmpty();
      assertThat(door.journal.of(Event.CommandCompleted.class))
          .anyMatch(event -> event.error().equals(Optional.of("unrecorded")));
    }
  }

  private String refused(OpenGitDoor door) throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/a");

    assertThat(printed.exit()).isNotZero();
    assertThat(door.upstream("refs/heads/agent/a")).isEmpty();
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anyMatch(event -> event.verdict() == Verdict.BLOCK);
    return printed.text();
  }

  private static List<String> recorded(OpenGitDoor door) {
    return door.journal.of(Event.ContentRecorded.class).stream()
        .filter(event -> event.stream() == Stream.PACK)
        .map(Event.ContentRecorded::content)
        .toList();
  }

  private PackRecorder recorder(long bytes) throws Exception {
    return new PackRecorder(
        packs,
        OwnerKey.read(Files.writeString(home.resolve("owner.jwk"), key.publicJwk())),
        bytes,
        InstantSource.system());
  }
}
