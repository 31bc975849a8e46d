package dev.countersign.proxy.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.grant.SingleCommand;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage.Refused.Cause;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReleaseGateTest {

  private static final Resource PAYMENTS =
      new Resource("payments", Resource.Kind.GIT, Map.of("environment", "production"));
  private static final Subject AGENT =
      new Subject(
          "https://issuer", "a", "a", Subject.Kind.AGENT, Set.of("agents"), Optional.empty());

  /** What matters of it is its name. */
  private record Named(String id) implements DoorPolicy {}

  private final MemoryJournal journal = new MemoryJournal();
  private final PaperApprovals approvals = new PaperApprovals();

  private final Policy policy = new Policy(new Named("one"));
  private final ReleaseGate gate =
      new ReleaseGate(policy, approvals, journal, Duration.ofMillis(20));
  private final GateSession session =
      gate.open(SessionId.random(), AGENT, PAYMENTS, "127.0.0.1", "git/2");

  @Test
  void releasesWhatIsAllowedWhenItsIntentIsWritten() throws Exception {
    Passage passage = session.pass(command(allow()), Waiting.SILENT);

    Release release = ((Passage.Released) passage).release();
    release.content(Event.ContentRecorded.Stream.REPORT, "ok refs/heads/x");
    release.completed("ok");
    release.failed("too late to fail");
    session.close("done");
    session.close("done again");
    assertThat(journal.of(Event.CommandDecided.class)).hasSize(1);
    assertThat(journal.of(Event.ContentRecorded.class)).hasSize(1);
    assertThat(journal.of(Event.CommandCompleted.class))
        .singleElement()
        .satisfies(event -> assertThat(event.error()).isEmpty());
    assertThat(journal.of(Event.SessionClosed.class))
        .singleElement()
        .satisfies(event -> assertThat(event.commands()).isOne());
  }

  @Test
  void refusesWhatIsBlocked() throws Exception {
    Passage.Refused refused =
        refused(session.pass(command(new Decision.Block(why(Verdict.BLOCK))), Waiting.SILENT));

    assertThat(refused.cause()).isEqualTo(Cause.BLOCKED);
    assertThat(refused.message()).isEqualTo("blocked by policy GIT-001 (because)");
    assertThat(refused.decision()).isEqualTo(session.id() + "/1");
  }

  @Test
  void gw15_aGrantForOneCommandLetsExactlyThatRunOnce() throws Exception {
    SingleCommand single =
        new SingleCommand(
            new GrantScope(
                false, List.of(), List.of(), List.of(), Optional.of("force refs/heads/main")));
    GateSession one = gate.open(SessionId.random(), AGENT, PAYMENTS, "127.0.0.1", "git/2", single);
    GateSession other =
        gate.open(SessionId.random(), AGENT, PAYMENTS, "127.0.0.1", "git/2", single);
    Command elsewhere =
        new Command(
            "force refs/heads/prod", command(allow()).facts(), allow(), true, Evidence.NONE);

    Passage.Refused outside = refused(one.pass(elsewhere, Waiting.SILENT));
    Passage.Refused blocked =
        refused(one.pass(command(new Decision.Block(why(Verdict.BLOCK))), Waiting.SILENT));
    Passage first = one.pass(command(allow()), Waiting.SILENT);
    Passage.Refused second = refused(other.pass(command(allow()), Waiting.SILENT));

    assertThat(outside.message())
        .isEqualTo("blocked by policy GRANT (the grant is for one other command)");
    assertThat(blocked.message()).contains("GIT-001");
    assertThat(first).isInstanceOf(Passage.Released.class);
    assertThat(second.message())
        .isEqualTo("blocked by policy GRANT (the grant was for one command, which has run)");
  }

  @Test
  void gw15_aTrialTakesNothingOfAGrantForOneCommand() throws Exception {
    SingleCommand single =
        new SingleCommand(
            new GrantScope(
                false, List.of(), List.of(), List.of(), Optional.of("force refs/heads/main")));
    GateSession one = gate.open(SessionId.random(), AGENT, PAYMENTS, "127.0.0.1", "git/2", single);
    Command trial = new Command("trial", command(allow()).facts(), allow(), false, Evidence.NONE);
    Command other = new Command("other", command(allow()).facts(), allow(), true, Evidence.NONE);

    Passage.Refused outside = refused(one.rehearse(trial, other));
    Passage before = one.rehearse(trial, command(allow()));
    Passage itself = one.pass(command(allow()), Waiting.SILENT);
    Passage.Refused after = refused(one.rehearse(trial, command(allow())));

    assertThat(outside.message()).contains("the grant is for one other command");
    assertThat(before).isInstanceOf(Passage.Released.class);
    assertThat(itself).isInstanceOf(Passage.Released.class);
    assertThat(after.message()).contains("which has run");
    assertThat(journal.of(Event.CommandDecided.class))
        .extracting(Event.CommandDecided::text)
        .containsExactly("other", "trial", "force refs/heads/main", "force refs/heads/main");
  }

  @Test
  void refusesWhatCannotBeRecorded() throws Exception {
    journal.broken(true);

    assertThat(refused(session.pass(command(allow()), Waiting.SILENT)).cause())
        .isEqualTo(Cause.UNAVAILABLE);
    assertThatThrownBy(() -> gate.open(SessionId.random(), AGENT, PAYMENTS, "x", ""))
        .isInstanceOf(JournalException.class);
  }

  @Test
  void tellsWhoWaitsAgainAndAgainAndReleasesOnYes() throws Exception {
    CountDownLatch told = new CountDownLatch(3);
    CompletableFuture<Passage> passing = pass(approve(), pending -> told.countDown());
    PaperApprovals.Asked asked = approvals.next();
    assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    asked.approve();

    Passage passage = passing.get(20, TimeUnit.SECONDS);
    assertThat(passage).isInstanceOf(Passage.Released.class);
    assertThat(approvals.ends).isEmpty();
    if (passage instanceof Passage.Released(Release release)) {
      release.failed("rejected");
      release.completed("ok");
    }
    assertThat(approvals.ends).containsExactly(asked.id() + " failed: rejected");
    assertThat(asked.command().text()).isEqualTo("force refs/heads/main");
    assertThat(asked.exhibits()).hasSize(1);
    assertThat(journal.of(Event.ApprovalAnswered.class)).hasSize(1);
    assertThat(approvals.withdrawn).isEmpty();
  }

  @Test
  void refusesOnNo() throws Exception {
    CompletableFuture<Passage> passing = pass(approve(), Waiting.SILENT);
    approvals.next().deny("not today");

    Passage.Refused refused = refused(passing.get(20, TimeUnit.SECONDS));
    assertThat(refused.cause()).isEqualTo(Cause.NOT_APPROVED);
    assertThat(refused.message()).contains("AP-1", "GIT-001", "bob", "not today");
  }

  @Test
  void voidsTheYesOfAnotherPolicy() throws Exception {
    CompletableFuture<Passage> passing = pass(approve(), Waiting.SILENT);
    PaperApprovals.Asked asked = approvals.next();
    policy.activate(new Named("two"));
    asked.approve();

    assertThat(refused(passing.get(20, TimeUnit.SECONDS)).message())
        .contains("the policy has changed");
    assertThat(approvals.ends).containsExactly("AP-1 failed: not released");
  }

  @Test
  void gw15_ofManyRetriesOneGetsTheYes() throws Exception {
    Waiting comesAgain =
        new Waiting() {
          @Override
          public void told(Approvals.Pending pending) {}

          @Override
          public boolean stays() {
            return false;
          }
        };
    for (int round = 0; round < 50; round++) {
      assertThat(refused(session.pass(command(approve()), comesAgain)).cause())
          .isEqualTo(Cause.ASKED);
      PaperApprovals.Asked asked = approvals.next();
      CountDownLatch together = new CountDownLatch(1);
      List<CompletableFuture<Passage>> retries =
          IntStream.range(0, 8)
              .mapToObj(
                  _ -> {
                    CompletableFuture<Passage> passage = new CompletableFuture<>();
                    Thread.startVirtualThread(
                        () -> {
                          try {
                            together.await();
                            passage.complete(session.pass(command(approve()), comesAgain));
                          } catch (InterruptedException | RuntimeException e) {
                            passage.completeExceptionally(e);
                          }
                        });
                    return passage;
                  })
              .toList();
      Thread.startVirtualThread(asked::approve);
      together.countDown();

      long released = 0;
      for (CompletableFuture<Passage> retry : retries) {
        if (retry.get(20, TimeUnit.SECONDS) instanceof Passage.Released) {
          released++;
        }
      }
      assertThat(released).isLessThanOrEqualTo(1);
      clear(comesAgain, released == 1);
    }
  }

  /** Takes what is left of a round: an answer that nobody has fetched, or new requests. */
  private void clear(Waiting comesAgain, boolean isFetched) throws Exception {
    if (!isFetched) {
      Passage fetched = session.pass(command(approve()), comesAgain);
      for (int i = 0; i < 1000 && !(fetched instanceof Passage.Released); i++) {
        fetched = session.pass(command(approve()), comesAgain);
      }
      assertThat(fetched).isInstanceOf(Passage.Released.class);
    }
    approvals.asked.clear();
    FrozenCommand frozen =
        new FrozenCommand("force refs/heads/main", List.of(), "payments", AGENT, "one");
    gate.retries().find(frozen).ifPresent(filed -> gate.retries().take(frozen, filed));
  }

  @Test
  void withdrawsWhenTheClientLeaves() throws Exception {
    CompletableFuture<Passage> passing = pass(approve(), Waiting.SILENT);
    PaperApprovals.Asked asked = approvals.next();
    session.leave("the connection was closed");

    assertThat(refused(passing.get(20, TimeUnit.SECONDS)).cause()).isEqualTo(Cause.LEFT);
    assertThat(approvals.withdrawn.poll(20, TimeUnit.SECONDS)).isEqualTo(asked.id());
    assertThat(refused(session.pass(command(allow()), Waiting.SILENT)).cause())
        .isEqualTo(Cause.LEFT);
  }

  @Test
  void withdrawsWhenTheClientCannotBeTold() throws Exception {
    CompletableFuture<Passage> passing =
        pass(
            approve(),
            pending -> {
              throw new IOException("broken pipe");
            });

    assertThat(refused(passing.get(20, TimeUnit.SECONDS)).cause()).isEqualTo(Cause.LEFT);
    assertThat(approvals.withdrawn.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  private CompletableFuture<Passage> pass(Decision decision, Waiting waiting) {
    CompletableFuture<Passage> passage = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            passage.complete(session.pass(command(decision), waiting));
          } catch (InterruptedException | RuntimeException e) {
            passage.completeExceptionally(e);
          }
        });
    return passage;
  }

  private static Passage.Refused refused(Passage passage) {
    return (Passage.Refused) passage;
  }

  private static GateSession.Command command(Decision decision) {
    return new GateSession.Command(
        "force refs/heads/main",
        new CommandFacts.Git(List.of()),
        decision,
        true,
        Evidence.of(List.of(new Exhibit("commits", Exhibit.Format.TEXT, "one"))));
  }

  private static Decision allow() {
    return new Decision.Allow(why(Verdict.ALLOW));
  }

  private static Decision approve() {
    return new Decision.Approve(
        why(Verdict.APPROVE),
        MaskPlan.NONE,
        new ApprovalDemand(Set.of(Set.of("maintainers")), Duration.ofMinutes(5)));
  }

  private static Explanation why(Verdict verdict) {
    return new Explanation(
        "one",
        List.of(
            new MatchedRow(
                "GIT-001", "Git", 2, verdict, "part", "because", "do not", List.of("AC-3"))));
  }
}
