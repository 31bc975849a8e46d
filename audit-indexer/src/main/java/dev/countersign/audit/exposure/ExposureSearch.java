package dev.countersign.audit.exposure;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.SealedKey;
import dev.countersign.audit.journal.StoredJournal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Looks a value up in what a journal tells of values that were seen. Reads it from its begin. */
public final class ExposureSearch {

  /** Where no segment is meant. */
  private static final UUID NO_JOURNAL = new UUID(0, 0);

  /**
   * A command that showed the value, or may have.
   *
   * @param certain whether the value was among those that were digested; otherwise the command
   *     showed more values of that column than are kept
   * @param session who it was, if the journal still says so
   */
  public record Seen(
      Instant time,
      Event.ValuesExposed exposed,
      boolean certain,
      Optional<Event.SessionOpened> session) {}

  /**
   * The answer.
   *
   * @param seen in the order in which it happened
   * @param unopened names of keys that the owner's key does not open, or that are gone: what was
   *     digested with them nobody can tell
   */
  public record Answer(List<Seen> seen, Set<String> unopened) {}

  private final StoredJournal journal;
  private final DataKeys owner;

  /**
   * @param owner the owner's private key
   */
  public ExposureSearch(StoredJournal journal, DataKeys owner) {
    this.journal = journal;
    this.owner = owner;
  }

  /** Who was shown that value in that time. */
  public Answer find(FoldedValue value, Instant since, Instant until) {
    Map<SessionId, Event.SessionOpened> sessions = new HashMap<>();
    Map<String, byte[]> wanted = new HashMap<>();
    List<Seen> seen = new ArrayList<>();
    Set<String> unopened = new TreeSet<>();
    try (JournalReader reader = journal.read(1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        RecordedEvent recorded = next.get();
        switch (recorded.event()) {
          case Event.SessionOpened e -> sessions.put(e.session(), e);
          case Event.ExposureKeyed e ->
              digest(e, value).ifPresent(digest -> wanted.put(e.key(), digest));
          case Event.ValuesExposed e
              when !recorded.time().isBefore(since) && recorded.time().isBefore(until) -> {
            byte @Nullable [] digest = wanted.get(e.key());
            boolean certain = digest != null && holds(e, digest);
            if (digest == null) {
              unopened.add(e.key());
            } else if (certain || !e.complete()) {
              seen.add(
                  new Seen(
                      recorded.time(), e, certain, Optional.ofNullable(sessions.get(e.session()))));
            }
          }
          default -> {}
        }
      }
    }
    return new Answer(seen, unopened);
  }

  private Optional<byte[]> digest(Event.ExposureKeyed keyed, FoldedValue value) {
    Optional<SecretKey> secret =
        owner.open(new SealedKey(NO_JOURNAL, 0, keyed.owner(), keyed.wrapped()));
    return secret.map(key -> new ExposureKey(keyed.key(), key).digester().digest(value));
  }

  private static boolean holds(Event.ValuesExposed exposed, byte[] digest) {
    byte[] all = Base64.getDecoder().decode(exposed.digests());
    for (int at = 0; at + ExposureKey.DIGEST <= all.length; at += ExposureKey.DIGEST) {
      if (Arrays.equals(all, at, at + ExposureKey.DIGEST, digest, 0, ExposureKey.DIGEST)) {
        return true;
      }
    }
    return false;
  }
}
