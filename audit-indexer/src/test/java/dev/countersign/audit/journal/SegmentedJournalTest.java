package dev.countersign.audit.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RandomEvents;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class SegmentedJournalTest {

  @TempDir Path directory;

  @Test
  void readsBackEveryEventInOrder() throws Exception {
    RandomEvents random = new RandomEvents(1);
    List<Event> events = new ArrayList<>();
    try (SegmentedJournal journal = open()) {
      for (int i = 1; i <= 500; i++) {
        Event event = random.any();
        events.add(event);
        assertThat(journal.append(event)).isEqualTo(i);
      }
      durable(journal, 500);
    }

    List<RecordedEvent> read = readAll();

    assertThat(read).extracting(RecordedEvent::event).isEqualTo(events);
    assertThat(read).extracting(RecordedEvent::sequence).isSorted().endsWith(500L);
    assertThat(read).extracting(RecordedEvent::time).isSorted();
  }

  @Test
  void countsTheEventsOfEachSession() {
    try (SegmentedJournal journal = open()) {
      journal.append(decided("a", 1));
      journal.append(decided("b", 1));
      journal.append(new Event.PolicyActivated("v", "workbook", 3));
      journal.append(decided("a", 2));
    }

    assertThat(readAll())
        .extracting(RecordedEvent::sessionSequence)
        .containsExactly(1L, 1L, 0L, 2L);
  }

  @Test
  void aReturnedIntentIsInTheFile() {
    try (SegmentedJournal journal = open();
        JournalReader reader = JournalReader.open(directory, 1)) {
      for (int i = 1; i <= 100; i++) {
        journal.append(decided("s", i));

        assertThat(reader.poll()).map(RecordedEvent::sequence).contains((long) i);
      }
    }
  }

  @Test
  void whatOnlyTellsIsWrittenWithoutBeingAskedFor() {
    try (SegmentedJournal journal = open();
        JournalReader reader = JournalReader.open(directory, 1)) {
      journal.append(new Event.SessionClosed(new SessionId("s"), "left", 0));

      await().atMost(Duration.ofSeconds(5)).until(() -> reader.poll().isPresent());
    }
  }

  @Test
  void manyThreadsShareOneChainAndTheFsyncs() throws Exception {
    int threads = 8;
    int each = 500;
    try (SegmentedJournal journal = open(config().withSegmentSize(64 << 10));
        var executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        String session = "s" + t;
        done.add(
            executor.submit(
                () -> {
                  for (int i = 1; i <= each; i++) {
                    durable(journal, journal.append(decided(session, i)));
                  }
                  return null;
                }));
      }
      for (Future<?> future : done) {
        future.get(60, SECONDS);
      }
    }

    Map<String, Long> last = new HashMap<>();
    List<RecordedEvent> read = readAll();
    assertThat(read).hasSize(threads * each);
    for (RecordedEvent recorded : read) {
      Event.CommandDecided event = (Event.CommandDecided) recorded.event();
      assertThat(recorded.sessionSequence()).isEqualTo(event.command());
      assertThat(event.command()).isEqualTo(last.merge(event.session().value(), 1L, Long::sum));
    }
    assertThat(segments()).hasSizeGreaterThan(5);
  }

  @Test
  void goesOnAfterARestartWithTheSameIdAndChain() {
    var id = openAndAppend(1).id();
    assertThat(openAndAppend(2).id()).isEqualTo(id);
    assertThat(openAndAppend(3).id()).isEqualTo(id);

    assertThat(readAll()).extracting(RecordedEvent::sequence).containsExactly(1L, 2L, 3L);
    assertThat(JournalReader.journalId(directory)).contains(id);
  }

  @Test
  void readsFromAnySequenceOn() {
    try (SegmentedJournal journal = open(config().withSegmentSize(4 << 10))) {
      for (int i = 1; i <= 100; i++) {
        journal.append(decided("s", i));
      }
    }
    for (long from : new long[] {0, 1, 2, 17, 50, 99, 100}) {
      try (JournalReader reader = JournalReader.open(directory, from)) {
        assertThat(reader.poll()).map(RecordedEvent::sequence).contains(Math.max(1, from));
      }
    }
    try (JournalReader reader = JournalReader.open(directory, 101)) {
      assertThat(reader.poll()).isEmpty();
    }
  }

  @Test
  void refusesASecondWriterOfTheSameFolder() {
    try (SegmentedJournal journal = open()) {
      assertThat(journal.written()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(JournalException.Unwritable.class)
          .hasMessageContaining("another process writes the journal in " + directory);
    }
    openAndAppend(1);
  }

  @Test
  void gw27_aTornTailOfAnyLengthIsSetAsideAndReported() throws Exception {
    openAndAppend(1);
    long whole = Files.size(lastSegment());
    openAndAppend(2);
    Path last = lastSegment();
    byte[] bytes = Files.readAllBytes(last);
    int secondHeader = SegmentHeader.decode(bytes).orElseThrow().length();
    for (int cut = 1; cut < bytes.length; cut += 7) {
      removeAll();
      Files.write(directory.resolve("segment-000000000001.journal"), firstSegment);
      Files.write(last, java.util.Arrays.copyOf(bytes, cut));

      assertThat(openAndAppend(3).written()).isEqualTo(2);

      assertThat(readAll()).extracting(r -> command(r.event())).containsExactly(1L, 3L);
      if (cut != secondHeader) {
        assertThat(files(".torn")).hasSize(1);
      }
    }
    assertThat(whole).isPositive();
  }

  private byte[] firstSegment = new byte[0];

  @Test
  void gw28_anEditedRecordIsFoundWithFileAndOffset() throws Exception {
    try (SegmentedJournal journal = open()) {
      for (int i = 1; i <= 20; i++) {
        journal.append(decided("s", i));
      }
    }
    Path segment = lastSegment();
    byte[] bytes = Files.readAllBytes(segment);
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] edited = bytes.clone();
      int at = SegmentHeader.FIXED + 4 + random.nextInt(bytes.length / 2);
      edited[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(segment, edited);

      assertThatThrownBy(this::readAll)
          .isInstanceOf(JournalException.Damaged.class)
          .hasMessageContaining(segment + " at offset ");
      assertThatThrownBy(this::open).isInstanceOf(JournalException.Damaged.class);
    }
  }

  @Test
  void gw28_deletedSwappedAndForgedSegmentsAreFound() throws Exception {
    try (SegmentedJournal journal = open(config().withSegmentSize(4 << 10))) {
      for (int i = 1; i <= 60; i++) {
        journal.append(decided("s", i));
      }
    }
    List<Path> segments = segments();
    assertThat(segments).hasSizeGreaterThan(4);
    byte[] second = Files.readAllBytes(segments.get(1));
    byte[] third = Files.readAllBytes(segments.get(2));

    Files.delete(segments.get(1));
    assertThatThrownBy(this::readAll)
        .isInstanceOf(JournalException.Damaged.class)
        .hasMessageContaining("segment 2 is missing");

    Files.write(segments.get(1), third);
    Files.write(segments.get(2), second);
    assertThatThrownBy(this::readAll).isInstanceOf(JournalException.Damaged.class);

    Files.write(segments.get(1), java.util.Arrays.copyOf(second, second.length - 300));
    Files.write(segments.get(2), third);
    assertThatThrownBy(this::readAll).isInstanceOf(JournalException.Damaged.class);

    byte[] laterHeader = third.clone();
    laterHeader[43] ^= 1;
    Files.write(segments.get(1), second);
    Files.write(segments.get(2), laterHeader);
    assertThatThrownBy(this::readAll).isInstanceOf(JournalException.Damaged.class);
  }

  @Test
  void gw25_aFullDiskRefusesEverythingAndRecoversByItself() throws Exception {
    FailingStorage disk = new FailingStorage();
    try (SegmentedJournal journal = SegmentedJournal.open(config(), disk)) {
      journal.append(decided("s", 1));
      disk.partial = 100;
      disk.full = true;

      assertThatThrownBy(() -> journal.append(decided("s", 2)))
          .isInstanceOf(JournalException.Unwritable.class);
      assertThatThrownBy(() -> journal.append(new Event.SessionClosed(new SessionId("s"), "", 1)))
          .isInstanceOf(JournalException.Unwritable.class);

      disk.full = false;
      await().atMost(Duration.ofSeconds(10)).until(() -> appends(journal, decided("s", 3)));
      durable(journal, journal.written());
    }

    assertThat(readAll()).extracting(r -> command(r.event())).containsExactly(1L, 2L, 3L);
    openAndAppend(4);
    assertThat(readAll()).hasSize(4);
  }

  /** Ours: whoever comes an hour later must not take the silence for health. */
  @Test
  void aDiskThatStaysFullIsToldAgainAndAgainAndItsEndOnce() throws Exception {
    FailingStorage disk = new FailingStorage();
    Logger log = (Logger) LoggerFactory.getLogger(SegmentedJournal.class);
    ListAppender<ILoggingEvent> logged = listenTo(log);
    try (SegmentedJournal journal =
        SegmentedJournal.open(config().withProbeInterval(Duration.ofMillis(1)), disk)) {
      disk.full = true;
      assertThatThrownBy(() -> journal.append(decided("s", 1)))
          .isInstanceOf(JournalException.Unwritable.class);

      await().atMost(Duration.ofSeconds(60)).until(() -> said(logged, Level.WARN).size() > 1);
      disk.full = false;
      await().until(() -> said(logged, Level.INFO).contains("The journal can be written again"));
      await().until(journal::isWritable);
    } finally {
      log.detachAppender(logged);
      log.setLevel(null);
    }
    assertThat(said(logged, Level.ERROR)).hasSize(1);
    assertThat(said(logged, Level.WARN))
        .hasSizeBetween(2, 10)
        .allMatch(text -> text.contains("still cannot be written"));
    assertThat(said(logged, Level.INFO)).containsOnlyOnce("The journal can be written again");
  }

  /** Ours: whoever waits for such a disk says nothing, and neither does the disk. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDiskThatDoesNotAnswerIsToldAndThatItAnswersAgain(boolean takesNothing) throws Exception {
    FailingStorage disk = new FailingStorage();
    Logger log = (Logger) LoggerFactory.getLogger(SyncWatch.class);
    ListAppender<ILoggingEvent> logged = listenTo(log);
    try (SegmentedJournal journal = SegmentedJournal.open(config(), disk);
        ExecutorService agent = Executors.newSingleThreadExecutor()) {
      CountDownLatch answers = new CountDownLatch(1);
      disk.answers = answers;
      disk.takesNothing = takesNothing;
      Future<Long> appended = agent.submit(() -> journal.append(decided("s", 1)));

      await().until(() -> said(logged, Level.WARN).size() > 1);
      assertThat(journal.isWritable()).isFalse();
      answers.countDown();

      durable(journal, appended.get(30, SECONDS));
      await().until(journal::isWritable);
    } finally {
      log.detachAppender(logged);
      log.setLevel(null);
    }
    assertThat(said(logged, Level.WARN))
        .allMatch(text -> text.startsWith("The journal's disk does not answer"));
    assertThat(said(logged, Level.INFO)).containsExactly("The journal's disk answers again");
  }

  /** Ours: a disk that is out for a night is no line a second. */
  @Test
  void checkpointsThatCannotBeWrittenAreToldOnceAndThatTheyCanBeAgain() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger(Checkpointing.class);
    ListAppender<ILoggingEvent> logged = listenTo(log);
    Path inTheWay = Files.createDirectories(CheckpointFile.path(directory, 1));
    try (SegmentedJournal journal =
        open(config().signed(SigningKey.generate(SigningKey.Algorithm.ED25519)))) {
      durable(journal, journal.append(decided("s", 1)));

      await().until(() -> said(logged, Level.WARN).size() == 1);
      await().during(Duration.ofMillis(2_500)).until(() -> said(logged, Level.WARN).size() == 1);
      Files.delete(inTheWay);

      await()
          .until(
              () -> said(logged, Level.INFO).equals(List.of("Checkpoints can be written again")));
    } finally {
      log.detachAppender(logged);
      log.setLevel(null);
    }
  }

  /** Ours: times on the record are not the clock's then, and somebody has to know. */
  @Test
  void aClockThatGoesBackIsToldOnceAndRecordsDoNotFollowIt() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-27T12:00:00Z"));
    Logger log = (Logger) LoggerFactory.getLogger(SegmentedJournal.class);
    ListAppender<ILoggingEvent> logged = listenTo(log);
    try (SegmentedJournal journal = SegmentedJournal.open(config(), Storage.FILES, now::get)) {
      durable(journal, journal.append(decided("s", 1)));
      now.set(Instant.parse("2026-11-27T11:00:00Z"));
      durable(journal, journal.append(decided("s", 2)));
      await().until(() -> said(logged, Level.WARN).size() == 1);
      durable(journal, journal.append(decided("s", 3)));
      now.set(Instant.parse("2026-11-27T12:00:01Z"));
      durable(journal, journal.append(decided("s", 4)));
      await()
          .until(
              () -> said(logged, Level.INFO).contains("The clock has caught up with the journal"));
    } finally {
      log.detachAppender(logged);
      log.setLevel(null);
    }
    assertThat(said(logged, Level.WARN))
        .singleElement()
        .asString()
        .contains("is behind the journal's newest record");
    assertThat(readAll())
        .extracting(RecordedEvent::time)
        .extracting(Instant::toString)
        .containsExactly(
            "2026-11-27T12:00:00Z",
            "2026-11-27T12:00:00Z",
            "2026-11-27T12:00:00Z",
            "2026-11-27T12:00:01Z");
  }

  private static ListAppender<ILoggingEvent> listenTo(Logger log) {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.list = new CopyOnWriteArrayList<>();
    logged.start();
    log.setLevel(Level.INFO);
    log.addAppender(logged);
    return logged;
  }

  private static List<String> said(ListAppender<ILoggingEvent> logged, Level level) {
    return logged.list.stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void gw27_afterAFailedFsyncNothingOfItIsEverCalledDurable() throws Exception {
    FailingStorage disk = new FailingStorage();
    try (SegmentedJournal journal = SegmentedJournal.open(config(), disk)) {
      durable(journal, journal.append(decided("s", 1)));
      disk.syncFails = true;
      long lost = journal.append(decided("s", 2));
      assertThatThrownBy(() -> durable(journal, lost))
          .hasCauseInstanceOf(JournalException.Unwritable.class);
      assertThatThrownBy(() -> journal.append(decided("s", 3)))
          .isInstanceOf(JournalException.Unwritable.class);

      disk.syncFails = false;
      await().atMost(Duration.ofSeconds(10)).until(() -> appends(journal, decided("s", 4)));

      durable(journal, journal.written());
      assertThatThrownBy(() -> durable(journal, lost))
          .hasCauseInstanceOf(JournalException.Unwritable.class);
    }
    assertThat(readAll()).extracting(r -> command(r.event())).containsExactly(1L, 2L, 4L);
    assertThat(segments()).hasSizeGreaterThan(1);

    // The machine dies and takes with it what its disk had refused to keep.
    Path first = segments().getFirst();
    try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
      file.setLength(file.length() - 10);
    }
    assertThat(readAll()).extracting(r -> command(r.event())).containsExactly(1L, 4L);
  }

  /** Ours: what is written to a file without a name is gone with the process. */
  @Test
  void whoeverTakesTheSegmentAwayStopsTheJournalUntilItHasBegunAnother() throws Exception {
    Path elsewhere = directory.resolve("elsewhere");
    try (SegmentedJournal journal = open()) {
      durable(journal, journal.append(decided("s", 1)));
      Files.move(lastSegment(), elsewhere);
      long nowhere = journal.append(decided("s", 2));

      assertThatThrownBy(() -> durable(journal, nowhere))
          .hasStackTraceContaining("removed or renamed by somebody");

      await().atMost(Duration.ofSeconds(10)).until(() -> appends(journal, decided("s", 3)));
      durable(journal, journal.written());
      await().until(journal::isWritable);
    }
    Files.move(elsewhere, directory.resolve("segment-000000000001.journal"));
    assertThat(readAll()).extracting(r -> command(r.event())).contains(1L, 3L);
  }

  /** Ours: a volume that broke and was mounted anew, under a process that has files on the old. */
  @Test
  void aDiskThatIsReplacedIsWrittenWithoutARestart() throws Exception {
    FailingStorage disk = new FailingStorage();
    Path elsewhere = directory.resolve("elsewhere");
    try (SegmentedJournal journal = SegmentedJournal.open(config(), disk)) {
      durable(journal, journal.append(decided("s", 1)));
      Files.copy(lastSegment(), elsewhere);
      Files.move(elsewhere, lastSegment(), StandardCopyOption.REPLACE_EXISTING);
      disk.replaced = true;

      assertThatThrownBy(() -> durable(journal, journal.append(decided("s", 2))))
          .isInstanceOfAny(JournalException.Unwritable.class, ExecutionException.class);

      await().atMost(Duration.ofSeconds(10)).until(() -> appends(journal, decided("s", 3)));
      durable(journal, journal.written());
    }
    assertThat(readAll()).extracting(r -> command(r.event())).contains(1L, 3L);
  }

  @Test
  void anInterruptedThreadDoesNotHurtTheJournal() throws Exception {
    try (SegmentedJournal journal = open()) {
      Thread.currentThread().interrupt();
      journal.append(decided("s", 1));
      assertThat(Thread.interrupted()).isTrue();
      durable(journal, journal.append(decided("s", 2)));
    }
    assertThat(readAll()).hasSize(2);
  }

  @Test
  void readsAreReleasedAtOnceUnlessEverythingIsToBeSynced() throws Exception {
    FailingStorage disk = new FailingStorage();
    disk.syncFails = true;
    try (SegmentedJournal journal =
        SegmentedJournal.open(
            JournalConfig.at(directory)
                .withSyncInterval(Duration.ofMinutes(1))
                .withProbeInterval(Duration.ofMinutes(1)),
            disk)) {
      long read = journal.append(decided("s", 1));
      journal.releasable(read, false).toCompletableFuture().get(1, SECONDS);
      assertThatThrownBy(
              () -> journal.releasable(read, true).toCompletableFuture().get(10, SECONDS))
          .isInstanceOf(ExecutionException.class);
    }
    try (SegmentedJournal journal = open(config().withSync(JournalConfig.Sync.ALWAYS))) {
      long read = journal.append(decided("s", 2));
      journal.releasable(read, false).toCompletableFuture().get(10, SECONDS);
    }
  }

  @Test
  void aClosedJournalRefuses() {
    SegmentedJournal journal = open();
    journal.close();
    journal.close();

    assertThatThrownBy(() -> journal.append(decided("s", 1)))
        .isInstanceOf(JournalException.Unwritable.class);
  }

  private JournalConfig config() {
    return JournalConfig.at(directory).withProbeInterval(Duration.ofMillis(20));
  }

  private SegmentedJournal open() {
    return open(config());
  }

  private static SegmentedJournal open(JournalConfig config) {
    return SegmentedJournal.open(config);
  }

  private SegmentedJournal openAndAppend(long command) {
    try (SegmentedJournal journal = open()) {
      journal.append(decided("s", command));
      return journal;
    } finally {
      if (command == 1) {
        rememberFirstSegment();
      }
    }
  }

  private void rememberFirstSegment() {
    try {
      firstSegment = Files.readAllBytes(segments().getFirst());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean appends(SegmentedJournal journal, Event event) {
    try {
      journal.append(event);
      return true;
    } catch (JournalException.Unwritable notYet) {
      return false;
    }
  }

  private static void durable(SegmentedJournal journal, long sequence) throws Exception {
    journal.durable(sequence).toCompletableFuture().get(30, SECONDS);
  }

  private List<RecordedEvent> readAll() {
    List<RecordedEvent> events = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory, 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        events.add(next.get());
      }
    }
    return events;
  }

  private List<Path> segments() throws IOException {
    return files(".journal");
  }

  private List<Path> files(String suffix) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private Path lastSegment() throws IOException {
    return segments().getLast();
  }

  private void removeAll() throws IOException {
    for (Path file : files("")) {
      Files.delete(file);
    }
  }

  private static long command(Event event) {
    return ((Event.CommandDecided) event).command();
  }

  private static Event decided(String session, long command) {
    return new Event.CommandDecided(
        new SessionId(session),
        command,
        "SELECT id, name FROM customers WHERE id = $1",
        List.of(Optional.of("17")),
        new CommandFacts.Sql(
            List.of(new SqlAccess(SqlVerb.SELECT, "public.customers", Set.of("id", "name"), true)),
            false),
        Verdict.ALLOW,
        "f00d",
        List.of());
  }
}
