package dev.countersign.audit.exposure;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.Rounds;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * A key for each hour, kept in memory alone and wrapped to the owner in the journal. When the next
 * one is made the last is forgotten: from then on only the owner can ask what was seen before.
 */
public final class HourlyKeys implements Exposures, AutoCloseable {

  private static final Duration HOUR = Duration.ofHours(1);

  private final OwnerKey owner;
  private final Journal journal;
  private final SecureRandom random = new SecureRandom();
  private final Rounds rounds;
  private volatile ExposureKey current;

  private HourlyKeys(OwnerKey owner, Journal journal, Duration each) {
    this.owner = requireNonNull(owner, "owner");
    this.journal = requireNonNull(journal, "journal");
    current = next();
    rounds = new Rounds("exposure-keys", each, () -> current = next());
  }

  /** Makes the first key, and the next ones each hour. */
  public static HourlyKeys start(OwnerKey owner, Journal journal) {
    return start(owner, journal, HOUR);
  }

  static HourlyKeys start(OwnerKey owner, Journal journal, Duration each) {
    HourlyKeys keys = new HourlyKeys(owner, journal, each);
    keys.rounds.startLater();
    return keys;
  }

  private ExposureKey next() {
    ExposureKey key = ExposureKey.make(random);
    journal.append(new Event.ExposureKeyed(key.name(), owner.id(), owner.wrap(key.secret())));
    return key;
  }

  @Override
  public Optional<ExposureKey> key() {
    return Optional.of(current);
  }

  /** Makes no more keys. */
  @Override
  public void close() {
    rounds.close();
  }
}
