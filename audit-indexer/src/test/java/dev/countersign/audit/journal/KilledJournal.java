package dev.countersign.audit.journal;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.verdict.Verdict;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The process that {@link JournalKillIT} kills: each thread appends an intent, then releases, which
 * here means writing the sequence to a file of its own. Every other release waits for the disk.
 */
final class KilledJournal {

  private KilledJournal() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Path released = Path.of(args[1]);
    SegmentedJournal journal = SegmentedJournal.open(config(directory).withSegmentSize(256 << 10));
    for (int t = 0; t < 4; t++) {
      RandomAccessFile file =
          new RandomAccessFile(released.resolve("released-" + t).toFile(), "rw");
      SessionId session = SessionId.random();
      Thread.ofPlatform().start(() -> release(journal, file, session));
    }
    System.out.println("running");
  }

  static JournalConfig config(Path directory) throws Exception {
    Files.createDirectories(directory);
    Path owner = directory.resolve("owner-public.jwk");
    if (!Files.exists(owner)) {
      Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
    }
    return JournalConfig.at(directory)
        .encrypted(
            new JournalConfig.Encryption(
                OwnerKey.read(owner), directory.resolve("local"), Duration.ofDays(1)))
        .signed(SigningKey.in(directory.resolve("signing.pem"), SigningKey.Algorithm.ED25519));
  }

  private static void release(SegmentedJournal journal, RandomAccessFile file, SessionId session) {
    byte[] marker = new byte[16];
    try {
      for (long command = 1; ; command++) {
        long sequence = journal.append(intent(session, command));
        journal.releasable(sequence, command % 2 == 0).toCompletableFuture().join();
        ByteBuffer.wrap(marker).putLong(sequence).putLong(command);
        file.write(marker);
        journal.append(
            new Event.CommandCompleted(
                session, command, "SELECT 1", java.util.Optional.empty(), 1, 5, List.of(), 10));
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static Event intent(SessionId session, long command) {
    return new Event.CommandDecided(
        session,
        command,
        "SELECT " + "x".repeat((int) (command % 700)),
        List.of(),
        new CommandFacts.Sql(List.of(), false),
        Verdict.ALLOW,
        "v",
        List.of());
  }
}
