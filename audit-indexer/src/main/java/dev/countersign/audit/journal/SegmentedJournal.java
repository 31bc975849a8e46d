package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Storage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in segment files. Two locks, taken in this order: {@code writing} guards the files and
 * the chain, {@code order} the sequence and the records that wait to be written. Whoever gets
 * {@code writing} writes for all that wait. One thread syncs, for all that wait.
 *
 * <p>Storage that refuses a write or an fsync stops every append until a new segment could be
 * written and synced; that is tried every {@link JournalConfig#probeInterval}. A record whose
 * append failed may still get into the journal then: it was judged, but never released.
 */
public final class SegmentedJournal implements Journal, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentedJournal.class);

  /** So much may wait for a writer; then the next append becomes one. */
  private static final int PENDING_LIMIT = 256 << 10;

  /** So many probes that fail, a minute of them, are told; then twice as many, up to an hour. */
  private static final int PROBES_TOLD = 60;

  private static final int MOST_PROBES_UNTOLD = 3_600;

  /** By so much a clock may be corrected without a word. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

  private final JournalConfig config;
  private final Storage storage;
  private final InstantSource clock;
  private final DirectoryLock directoryLock;
  private final Thread syncing;
  private final SyncWatch watch;

  private final ReentrantLock order = new ReentrantLock();
  private final Map<SessionId, Long> sessionSequences = new HashMap<>();
  private List<PendingRecord> pending = new ArrayList<>();
  private int pendingBytes;
  private long lastSequence;
  private long lastMicros;

  private final ReentrantLock writing = new ReentrantLock();
  private final SegmentWriter writer;
  private final Optional<SegmentKeys> keys;
  private final Optional<Checkpointing> checkpoints;
  private final Commitment.Salts salts = new Commitment.Salts();
  private final List<PendingRecord> backlog = new ArrayList<>();
  private volatile long written;

  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition work = waiting.newCondition();
  private List<Waiter> waiters = new ArrayList<>();
  private volatile long durable;
  private volatile Lost lost = Lost.NOTHING;
  private volatile JournalException.@Nullable Unwritable failure;
  private volatile boolean syncFailed;
  private volatile long failedAt;
  private volatile boolean closing;
  private int failedProbes;
  private int nextTold = PROBES_TOLD;
  private boolean clockTold;

  private record Waiter(long sequence, CompletableFuture<Void> durable) {}

  /** Records that an fsync failed for: written, but never again called durable. */
  private record Lost(long from, long to) {
    static final Lost NOTHING = new Lost(0, -1);

    boolean contains(long sequence) {
      return from <= sequence && sequence <= to;
    }
  }

  /**
   * Opens or creates the journal in that folder, which this process then owns until {@link #close}.
   *
   * @throws JournalException.Unwritable if another process owns it or it cannot be written
   * @throws JournalException.Damaged if its newest segment is not what was written; a torn tail is
   *     no damage
   */
  public static SegmentedJournal open(JournalConfig config) {
    return open(config, Storage.FILES);
  }

  static SegmentedJournal open(JournalConfig config, Storage storage) {
    return open(config, storage, InstantSource.system());
  }

  static SegmentedJournal open(JournalConfig config, Storage storage, InstantSource clock) {
    DirectoryLock lock = DirectoryLock.take(config.directory());
    try {
      Recovery.End end = Recovery.run(config.directory(), storage);
      SegmentedJournal journal = new SegmentedJournal(config, storage, clock, lock, end);
      journal.checkpoints.ifPresent(Checkpointing::start);
      journal.syncing.start();
      journal.watch.start();
      return journal;
    } catch (IOException e) {
      release(lock);
      throw new JournalException.Unwritable("cannot open the journal in " + config.directory(), e);
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  private SegmentedJournal(
      JournalConfig config,
      Storage storage,
      InstantSource clock,
      DirectoryLock directoryLock,
      Recovery.End end)
      throws IOException {
    this.config = config;
    this.storage = storage;
    this.clock = clock;
    this.directoryLock = directoryLock;
    refuseIfCutOff(config, end);
    keys =
        config.encryption().isPresent()
            ? Optional.of(new SegmentKeys(config.directory(), config.encryption().get()))
            : Optional.empty();
    writer = new SegmentWriter(config, storage, end, keys);
    storage.syncDirectory(config.directory());
    checkpoints =
        config
            .signing()
            .map(
                key ->
                    new Checkpointing(
                        config.directory(), writer.journal(), key, writer.snapshot()));
    if (config.signing().isPresent()) {
      writePublicKey(config.directory(), config.signing().get());
    }
    lastMicros = end.micros();
    lastSequence = end.sequence();
    written = end.sequence();
    durable = end.sequence();
    watch = new SyncWatch(config.directory(), config.probeInterval());
    syncing = Thread.ofPlatform().name("journal-sync").daemon().unstarted(this::syncUntilClosed);
  }

  /** A journal that ends before its own newest checkpoint has lost what was on the disk. */
  private static void refuseIfCutOff(JournalConfig config, Recovery.End end) throws IOException {
    Optional<Long> signed =
        CheckpointFile.newestSize(config.directory(), SegmentFiles.numbers(config.directory()));
    if (signed.isPresent() && signed.get() > end.sequence()) {
      throw new JournalException.Damaged(
          "the journal in %s ends with sequence %d, but a checkpoint says it had %d; find what is missing, or begin a new journal in another folder"
              .formatted(config.directory(), end.sequence(), signed.get()),
          null);
    }
  }

  /** For verifiers that are given nothing better; the owner should keep a copy elsewhere. */
  private static void writePublicKey(Path directory, SigningKey key) throws IOException {
    String id = key.id().toString().substring(0, 16);
    Files.writeString(directory.resolve("checkpoint-key-" + id + ".pem"), key.publicPem());
  }

  /** Opens what this process wrote, and what it left readable on this machine. */
  public DataKeys keys() {
    return keys.<DataKeys>map(own -> own).orElse(DataKeys.NONE);
  }

  /** Keeps what is after that sequence readable on this machine, however old it gets. */
  public void keepReadableAfter(LongSupplier sequence) {
    keys.ifPresent(own -> own.keepAfter(sequence));
  }

  /** Tells every new checkpoint as a signed note; what is told must not block. */
  public void onCheckpoint(Consumer<String> anchor) {
    checkpoints.ifPresent(made -> made.tell(anchor));
  }

  /** The id of this journal: made with its first segment, and in every segment since. */
  public UUID id() {
    return writer.journal();
  }

  /** The sequence of the last event that was written; 0 if there is none. */
  public long written() {
    return written;
  }

  /**
   * The sequence of the last event that was appended, written or about to be; 0 if there is none.
   */
  public long appended() {
    order.lock();
    try {
      return lastSequence;
    } finally {
      order.unlock();
    }
  }

  @Override
  public boolean isWritable() {
    return failure == null && !closing && !watch.isStalled();
  }

  @Override
  public long append(Event event) {
    EventType type = EventType.of(event);
    byte[] payload = EventJson.write(event);
    if (payload.length > EventJson.MAX_BYTES) {
      throw new JournalException.Unwritable("an event of " + payload.length + " bytes", null);
    }
    byte[] content = salts.before(payload);
    byte[] commitment = Commitment.of(content);
    long sequence;
    boolean writeNow;
    order.lock();
    try {
      refuseIfUnwritable();
      sequence = ++lastSequence;
      lastMicros = Math.max(lastMicros, SegmentHeader.micros(clock.instant()));
      PendingRecord record =
          new PendingRecord(
              sequence, sessionSequence(event, type), lastMicros, content, commitment);
      pending.add(record);
      pendingBytes += record.frameLength();
      writeNow = type.announces() || pendingBytes > PENDING_LIMIT;
    } finally {
      order.unlock();
    }
    if (type.endsSession()) {
      checkpoints.ifPresent(made -> made.soon(sequence));
    }
    if (writeNow) {
      write(sequence);
    }
    return sequence;
  }

  private long sessionSequence(Event event, EventType type) {
    Optional<SessionId> session = EventType.sessionOf(event);
    if (session.isEmpty()) {
      return 0;
    }
    long next = sessionSequences.merge(session.get(), 1L, Long::sum);
    if (type.endsSession()) {
      sessionSequences.remove(session.get());
    }
    return next;
  }

  private void write(long upTo) {
    if (written >= upTo) {
      return;
    }
    writing.lock();
    try {
      if (written >= upTo) {
        return;
      }
      refuseIfUnwritable();
      writePending();
    } catch (IOException e) {
      throw fail("the journal cannot be written", e, false);
    } finally {
      writing.unlock();
    }
  }

  /** Under {@code writing}. What could not be written stays in the backlog. */
  private void writePending() throws IOException {
    order.lock();
    try {
      if (backlog.isEmpty() && pending.isEmpty()) {
        return;
      }
      backlog.addAll(pending);
      pending.clear();
      pendingBytes = 0;
    } finally {
      order.unlock();
    }
    try {
      for (PendingRecord record : backlog) {
        writer.append(record);
      }
      writer.flush();
    } finally {
      written = writer.written();
      backlog.removeIf(record -> record.sequence() <= written);
    }
  }

  @Override
  public CompletionStage<Void> releasable(long sequence, boolean changesState) {
    if (changesState || config.sync() == JournalConfig.Sync.ALWAYS) {
      return durable(sequence);
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> durable(long sequence) {
    if (lost.contains(sequence)) {
      return CompletableFuture.failedStage(
          new JournalException.Unwritable("an fsync of sequence " + sequence + " failed", null));
    }
    if (sequence <= durable) {
      return CompletableFuture.completedStage(null);
    }
    waiting.lock();
    try {
      refuseIfUnwritable();
      CompletableFuture<Void> stage = new CompletableFuture<>();
      waiters.add(new Waiter(sequence, stage));
      work.signal();
      return stage.minimalCompletionStage();
    } catch (JournalException.Unwritable e) {
      return CompletableFuture.failedStage(e);
    } finally {
      waiting.unlock();
    }
  }

  private void refuseIfUnwritable() {
    JournalException.Unwritable why = failure;
    if (why != null) {
      throw new JournalException.Unwritable("the journal cannot be written", why);
    }
    if (closing) {
      throw new JournalException.Unwritable("the journal is closed", null);
    }
  }

  private void syncUntilClosed() {
    while (!closing) {
      try {
        awaitWork();
        watch.begins();
        if (failure == null) {
          syncAll();
        } else {
          probe();
        }
      } catch (RuntimeException e) {
        fail("the journal's sync thread met a fault", new IOException(e), true);
      } finally {
        watch.ends();
      }
    }
  }

  private void awaitWork() {
    waiting.lock();
    try {
      boolean failed = failure != null;
      if (!closing && (failed || waiters.isEmpty())) {
        long nanos = (failed ? config.probeInterval() : config.syncInterval()).toNanos();
        while (nanos > 0 && !closing && (failed || waiters.isEmpty())) {
          nanos = work.awaitNanos(nanos);
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().log("The journal's sync thread was interrupted; it goes on");
    } finally {
      waiting.unlock();
    }
  }

  private void syncAll() {
    List<StoredFile> files;
    Checkpointing.Durable target;
    writing.lock();
    try {
      if (failure != null) {
        return;
      }
      writePending();
      writer.beginIfOld();
      target = writer.snapshot();
      if (target.size() == durable) {
        return;
      }
      files = writer.unsynced();
    } catch (IOException e) {
      fail("the journal cannot be written", e, false);
      return;
    } finally {
      writing.unlock();
    }
    try {
      sync(files);
    } catch (IOException e) {
      fail("the journal cannot be synced", e, true);
      return;
    }
    becomeDurable(target);
    tellOfTheClock();
  }

  /** Records never go back in time: a clock that does is told, not followed. */
  private void tellOfTheClock() {
    long behind = newestMicros() - SegmentHeader.micros(clock.instant());
    if (behind < CLOCK_TOLERANCE.toNanos() / 1_000) {
      if (clockTold) {
        LOG.atInfo().log("The clock has caught up with the journal");
      }
      clockTold = false;
    } else if (!clockTold) {
      clockTold = true;
      LOG.atWarn()
          .addKeyValue("behind", Duration.ofSeconds(behind / 1_000_000))
          .log(
              "The clock of this machine is behind the journal's newest record: until it has"
                  + " caught up, all that is recorded bears that record's time");
    }
  }

  private long newestMicros() {
    order.lock();
    try {
      return lastMicros;
    } finally {
      order.unlock();
    }
  }

  private void sync(List<StoredFile> files) throws IOException {
    for (StoredFile file : files) {
      file.sync();
      file.requireThere();
    }
    if (files.size() > 1) {
      storage.syncDirectory(config.directory());
      closeAllButLast(files);
    }
  }

  private static void closeAllButLast(List<StoredFile> files) throws IOException {
    for (StoredFile file : files.subList(0, files.size() - 1)) {
      file.close();
    }
  }

  private void becomeDurable(Checkpointing.Durable all) {
    checkpoints.ifPresent(made -> made.durable(all));
    long target = all.size();
    List<Waiter> done = new ArrayList<>();
    waiting.lock();
    try {
      durable = target;
      List<Waiter> rest = new ArrayList<>();
      for (Waiter waiter : waiters) {
        (waiter.sequence <= target ? done : rest).add(waiter);
      }
      waiters = rest;
    } finally {
      waiting.unlock();
    }
    done.forEach(waiter -> waiter.durable.complete(null));
  }

  private JournalException.Unwritable fail(String what, IOException e, boolean inSync) {
    JournalException.Unwritable why =
        new JournalException.Unwritable(what + " in " + config.directory(), e);
    List<Waiter> failed;
    waiting.lock();
    try {
      syncFailed |= inSync;
      if (failure == null) {
        failedAt = System.nanoTime();
      }
      failure = why;
      failed = waiters;
      waiters = new ArrayList<>();
    } finally {
      waiting.unlock();
    }
    LOG.atError().setCause(why).log("Nothing is released until the journal can be written again");
    failed.forEach(waiter -> waiter.durable.completeExceptionally(why));
    return why;
  }

  /** Tries a new segment with everything that has to be in it; if that is durable, goes on. */
  private void probe() {
    writing.lock();
    try {
      if (syncFailed) {
        lost = new Lost(durable + 1, written);
      }
      writer.restart(syncFailed ? durable + 1 : 0);
      writePending();
      // Until it returns: a sync that fails has failed for good.
      boolean oldOnesAreLost = syncFailed;
      syncFailed = true;
      List<StoredFile> files = writer.unsynced();
      if (oldOnesAreLost) {
        closeAllButLast(files);
        files = List.of(files.getLast());
      }
      sync(files);
      storage.syncDirectory(config.directory());
      becomeDurable(writer.snapshot());
      syncFailed = false;
      failure = null;
      LOG.atInfo().addKeyValue("after", failing()).log("The journal can be written again");
      failedProbes = 0;
      nextTold = PROBES_TOLD;
    } catch (IOException e) {
      stillFails(e);
    } finally {
      writing.unlock();
    }
  }

  /** Whoever comes later, or watches the newest lines only, is to see that it lasts. */
  private void stillFails(IOException e) {
    if (++failedProbes < nextTold) {
      LOG.atDebug().setCause(e).log("The journal still cannot be written");
      return;
    }
    nextTold += Math.min(nextTold, MOST_PROBES_UNTOLD);
    LOG.atWarn()
        .setCause(e)
        .addKeyValue("journal", config.directory())
        .addKeyValue("since", failing())
        .log("The journal still cannot be written: nothing is released, nobody new is let in");
  }

  private Duration failing() {
    return Duration.ofSeconds((System.nanoTime() - failedAt) / 1_000_000_000);
  }

  /** Writes and syncs what there is, and gives the folder free. */
  @Override
  public void close() {
    waiting.lock();
    try {
      if (closing) {
        return;
      }
      closing = true;
      work.signal();
    } finally {
      waiting.unlock();
    }
    Rounds.awaitEnd(syncing);
    if (failure == null) {
      syncAll();
    }
    watch.close();
    checkpoints.ifPresent(Checkpointing::close);
    closeFiles();
  }

  private void closeFiles() {
    writing.lock();
    try {
      for (StoredFile file : writer.unsynced()) {
        file.close();
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("A segment could not be closed");
    } finally {
      writing.unlock();
      release(directoryLock);
    }
  }

  private static void release(DirectoryLock lock) {
    try {
      requireNonNull(lock).close();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("The journal's lock could not be released");
    }
  }
}
