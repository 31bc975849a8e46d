package dev.countersign.audit.retention;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.Shredding;
import dev.countersign.audit.pack.RecordedPacks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys the payloads of segments whose time is over, and the recorded packs of the days before
 * their ends. That it will is in the journal before it does; what is held, or not yet where it has
 * to be, stays.
 */
public final class Retention {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Whose decision it was. */
  static final String BY = "the gateway, by journal.retention";

  private final Shredding shredding;
  private final RecordedPacks packs;
  private final Holds holds;
  private final Duration period;
  private final InstantSource clock;

  /**
   * What becomes of a segment that is followed by another.
   *
   * @param dueAt when its newest possible record is old enough
   * @param hold what holds it, if anything does
   */
  public record Fate(Shredding.Closed segment, Instant dueAt, Optional<Hold> hold) {

    /** Whether it is destroyed at the next occasion, once its copy is where it has to be. */
    public boolean isDue(Instant now) {
      return hold.isEmpty() && !dueAt.isAfter(now);
    }
  }

  /**
   * A retention.
   *
   * @param period for how long a record is kept at least
   */
  public Retention(
      Shredding shredding, RecordedPacks packs, Holds holds, Duration period, InstantSource clock) {
    this.shredding = shredding;
    this.packs = packs;
    this.holds = holds;
    this.period = period;
    this.clock = clock;
  }

  /**
   * What becomes of each segment that is followed by another.
   *
   * @throws IOException if a hold cannot be read: then nothing is due
   */
  public List<Fate> fates() throws IOException {
    return fates(shredding.closed(), holds, period);
  }

  /**
   * What becomes of each segment of the journal in that folder, without any key.
   *
   * @throws IOException if a hold cannot be read: then nothing is due
   */
  public static List<Fate> preview(Path journal, Duration period) throws IOException {
    return fates(Shredding.closed(journal), new Holds(journal), period);
  }

  private static List<Fate> fates(List<Shredding.Closed> segments, Holds holds, Duration period)
      throws IOException {
    List<Hold> all = holds.all();
    List<Fate> fates = new ArrayList<>();
    for (Shredding.Closed segment : segments) {
      fates.add(
          new Fate(
              segment,
              segment.ended().plus(period),
              all.stream().filter(hold -> hold.covers(segment)).findFirst()));
    }
    return fates;
  }

  /**
   * Destroys what is due.
   *
   * @param journal where it is recorded first: the journal itself
   * @param keptElsewhere up to which segment copies are where they have to be
   * @return how many segments
   */
  int apply(Journal journal, LongSupplier keptElsewhere) throws IOException, InterruptedException {
    shredding.finish();
    Instant now = clock.instant();
    int shredded = 0;
    for (Fate fate : fates()) {
      Shredding.Closed segment = fate.segment();
      if (fate.isDue(now) && segment.number() <= keptElsewhere.getAsLong()) {
        List<LocalDate> days = daysBefore(segment.ended());
        String reason =
            "kept for %s, until %s".formatted(period, fate.dueAt())
                + (days.isEmpty() ? "" : "; with packs up to " + days.getLast());
        record(
            journal,
            new Event.SegmentShredded(
                segment.number(), segment.first(), segment.last(), BY, reason));
        shredding.shred(segment, BY, reason);
        for (LocalDate day : days) {
          packs.destroy(day);
        }
        shredded++;
        LOG.atInfo()
            .addKeyValue("segment", segment.number())
            .addKeyValue("records", segment.first() + "-" + segment.last())
            .log("The payloads of a segment were destroyed: their time is over");
      }
    }
    return shredded;
  }

  /** The days with packs that are over when a segment ends, and that nothing holds. */
  private List<LocalDate> daysBefore(Instant end) throws IOException {
    List<Hold> all = holds.all();
    return packs.days().stream()
        .filter(day -> !begin(day.plusDays(1)).isAfter(end))
        .filter(
            day -> all.stream().noneMatch(hold -> hold.covers(begin(day), begin(day.plusDays(1)))))
        .toList();
  }

  private static Instant begin(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static void record(Journal journal, Event event)
      throws IOException, InterruptedException {
    try {
      journal
          .durable(journal.append(event))
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (JournalException | ExecutionException | TimeoutException e) {
      throw new IOException("what is not recorded is not destroyed: " + e.getMessage(), e);
    }
  }
}
