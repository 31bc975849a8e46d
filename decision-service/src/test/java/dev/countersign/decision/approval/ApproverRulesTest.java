package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Why;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApproverRulesTest {

  private static final Subject AGENT =
      new Subject(
          "https://i", "id-7", "agent-7", Subject.Kind.AGENT, Set.of("dba"), Optional.of("alice"));

  private static final Approval.Summary REQUEST = request(AGENT);

  private static Approval.Summary request(Subject subject) {
    return new Approval.Summary(
        "A-00000000",
        State.WAITING,
        "orders",
        subject,
        "s",
        "DELETE",
        6,
        new MatchedRow("SQL-1", "SQL", 2, Verdict.APPROVE, "DELETE", "why", "", List.of()),
        Set.of(Set.of("dba", "root"), Set.of("security")),
        1,
        0,
        Instant.EPOCH,
        Instant.MAX,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Subject human(String issuer, String id, String... groups) {
    return new Subject(issuer, id, "name", Subject.Kind.HUMAN, Set.of(groups), Optional.empty());
  }

  private static Optional<Why> objection(Subject approver, Approval.Summary request) {
    return ApproverRules.objection(approver, request).map(Refused::why);
  }

  @Test
  void anotherHumanOfEveryDemandedGroupMayAnswer() {
    Subject bob = human("https://i", "bob", "root", "security");

    assertThat(ApproverRules.maySee(bob, REQUEST)).isTrue();
    assertThat(objection(bob, REQUEST)).isEmpty();
  }

  @Test
  void whoeverIsNotDemandedDoesNotSeeIt() {
    assertThat(ApproverRules.maySee(human("https://i", "bob"), REQUEST)).isFalse();
    assertThat(ApproverRules.maySee(human("https://i", "bob", "dba"), REQUEST)).isFalse();
    assertThat(ApproverRules.maySee(human("https://i", "bob", "security"), REQUEST)).isFalse();
    assertThat(ApproverRules.maySee(human("https://i", "alice"), REQUEST)).isFalse();
    assertThat(ApproverRules.maySee(human("https://i", "id-8", "DBA", "security"), REQUEST))
        .isFalse();
  }

  @Test
  void theOneWhoAsksSeesItButMayNotAnswer() {
    Subject carol = human("https://i", "carol", "dba", "security");

    assertThat(ApproverRules.maySee(carol, request(carol))).isTrue();
    assertThat(objection(carol, request(carol))).contains(Why.OWN_REQUEST);
    assertThat(ApproverRules.maySee(AGENT, REQUEST)).isTrue();
    assertThat(objection(AGENT, REQUEST)).contains(Why.NOT_HUMAN);
  }

  @Test
  void theOwnerMayNotAnswerForHisAgent() {
    assertThat(objection(human("https://i", "alice", "dba", "security"), REQUEST))
        .contains(Why.OWN_AGENT);
    assertThat(objection(human("https://other", "alice", "dba", "security"), REQUEST))
        .contains(Why.OWN_AGENT);
  }

  @Test
  void whoeverActsForTheOneWhoAsksMayNotAnswerEither() {
    Subject delegate =
        new Subject(
            "https://i",
            "dora",
            "dora",
            Subject.Kind.HUMAN,
            Set.of("dba", "security"),
            Optional.of("id-7"));

    assertThat(objection(delegate, REQUEST)).contains(Why.OWN_AGENT);
  }

  @Test
  void anAgentNeitherSeesNorAnswersWhatOthersAsk() {
    Subject other =
        new Subject(
            "https://i",
            "id-8",
            "agent-8",
            Subject.Kind.AGENT,
            Set.of("dba", "security"),
            Optional.of("zoe"));

    assertThat(ApproverRules.maySee(other, REQUEST)).isFalse();
    assertThat(objection(other, REQUEST)).contains(Why.NOT_HUMAN);
  }

  @Test
  void theSameIdAtAnotherIssuerSeesNothingAndIsKeptApart() {
    assertThat(ApproverRules.maySee(human("https://other", "id-7"), REQUEST)).isFalse();
    assertThat(objection(human("https://other", "id-7", "dba", "security"), REQUEST))
        .contains(Why.OWN_AGENT);
  }
}
