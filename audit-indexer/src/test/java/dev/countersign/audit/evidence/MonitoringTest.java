package dev.countersign.audit.evidence;

import static dev.countersign.audit.index.SampleEvents.AGENT;
import static dev.countersign.audit.index.SampleEvents.answered;
import static dev.countersign.audit.index.SampleEvents.completed;
import static dev.countersign.audit.index.SampleEvents.decided;
import static dev.countersign.audit.index.SampleEvents.opened;
import static dev.countersign.audit.index.SampleEvents.requested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MonitoringTest {

  @TempDir Path home;
  @TempDir Path directory;

  @Test
  void anApprovalByWhoAskedIsRecordedAndToldOnceEvenOverARestart() throws Exception {
    BlockingQueue<Event.ControlAssessed> told = new LinkedBlockingQueue<>();
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory))) {
      journal.append(new Event.PolicyActivated("f00dfeed", "policy.xlsx", 1));
      journal.append(opened("s-1"));
      journal.append(decided("s-1", 1, "DELETE FROM customers", Verdict.APPROVE));
      journal.append(requested("s-1", 1));
      journal.append(answered("s-1", 1));
      try (Monitoring _ = start(journal, told)) {
        journal.append(
            new Event.ApprovalAnswered(
                new SessionId("s-1"),
                1,
                "A-1",
                Event.ApprovalAnswered.Answer.APPROVED,
                Optional.of(AGENT),
                ""));

        Event.ControlAssessed first = told.poll(30, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        assertThat(first.control()).isEqualTo("AC-5");
        assertThat(first.satisfied()).isFalse();
        assertThat(first.finding()).contains("s-1/1: approval A-1 by agent-7");
        assertThat(told.poll(30, TimeUnit.SECONDS)).matches(next -> next.control().equals("AU-10"));
      }
      long before = journal.appended();
      try (Monitoring _ = start(journal, told)) {
        await().during(Duration.ofMillis(300)).until(() -> journal.appended() == before);
      }
    }
    assertThat(told).isEmpty();
    assertThat(events()).filteredOn(Event.ControlAssessed.class::isInstance).hasSize(2);
  }

  @Test
  void whatIsWrongWithTheGatewayItselfIsToldAndItsEndToo() throws Exception {
    BlockingQueue<Event.ControlAssessed> told = new LinkedBlockingQueue<>();
    AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
    LiveCheck check = new LiveCheck("AU-9(2)", "anchors take checkpoints", trouble::get);
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory));
        Monitoring _ =
            Monitoring.start(
                StoredJournal.local(directory),
                journal,
                Duration.ofMillis(20),
                List.of(check),
                told::add)) {
      trouble.set(Optional.of("the anchor witness is away"));
      assertThat(told.poll(30, TimeUnit.SECONDS))
          .isEqualTo(new Event.ControlAssessed("AU-9(2)", false, "the anchor witness is away"));
      trouble.set(Optional.empty());
      assertThat(told.poll(30, TimeUnit.SECONDS))
          .isEqualTo(new Event.ControlAssessed("AU-9(2)", true, "anchors take checkpoints"));
    }
  }

  @Test
  void whatIsSealedToTheOwnerIsLeftOutAndWhatBeganThereIsNoException() throws Exception {
    BlockingQueue<Event.ControlAssessed> told = new LinkedBlockingQueue<>();
    JournalConfig config = sealedAtOnce();
    try (SegmentedJournal journal = SegmentedJournal.open(config)) {
      journal.append(new Event.PolicyActivated("f00dfeed", "policy.xlsx", 1));
      journal.append(opened("s-1"));
      journal.append(decided("s-1", 1, "SELECT 1", Verdict.ALLOW));
    }
    try (SegmentedJournal journal = SegmentedJournal.open(config)) {
      StoredJournal stored = StoredJournal.local(directory).with(journal.keys());
      journal.append(completed("s-1", 1));
      journal.append(decided("s-1", 2, "SELECT 2", Verdict.ALLOW));
      journal.append(completed("s-1", 2));
      journal.append(opened("s-2"));
      journal.append(decided("s-2", 1, "DELETE FROM customers", Verdict.APPROVE));
      journal.append(requested("s-2", 1));
      try (Monitoring _ =
          Monitoring.start(stored, journal, Duration.ofMillis(20), List.of(), told::add)) {
        journal.append(
            new Event.ApprovalAnswered(
                new SessionId("s-2"),
                1,
                "A-1",
                Event.ApprovalAnswered.Answer.APPROVED,
                Optional.of(AGENT),
                ""));
        assertThat(told.poll(30, TimeUnit.SECONDS)).matches(next -> next.control().equals("AC-5"));
        assertThat(told.poll(30, TimeUnit.SECONDS)).matches(next -> next.control().equals("AU-10"));
        long before = journal.appended();
        await().during(Duration.ofMillis(300)).until(() -> journal.appended() == before);
      }
      assertThat(stored.readableFrom()).isEqualTo(4);
      assertThat(stored.sealed()).isPresent();
    }
    assertThat(told).isEmpty();
  }

  private JournalConfig sealedAtOnce() throws IOException {
    Path owner = home.resolve("owner.jwk");
    Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
    return JournalConfig.at(directory)
        .encrypted(
            new JournalConfig.Encryption(
                OwnerKey.read(owner), home.resolve("local.key"), Duration.ZERO));
  }

  private Monitoring start(SegmentedJournal journal, BlockingQueue<Event.ControlAssessed> told) {
    return Monitoring.start(
        StoredJournal.local(directory), journal, Duration.ofMillis(20), List.of(), told::add);
  }

  private List<Event> events() {
    List<Event> events = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory, 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        events.add(next.get().event());
      }
    }
    return events;
  }
}
