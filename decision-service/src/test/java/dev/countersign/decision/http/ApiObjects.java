package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static dev.countersign.decision.http.RunningApi.posting;
import static dev.countersign.decision.http.RunningApi.send;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.emergency.Emergency;
import dev.countersign.decision.emergency.EmergencyResult;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.decision.resource.ResourceRefusedException;
import dev.countersign.decision.session.Entrance;
import dev.countersign.decision.session.TooManySessionsException;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A good call of each operation, about things that were made for it and belong to one agent. */
final class ApiObjects {

  private final RunningApi api;
  private final Subject agent;
  private final String submitter;
  private final AtomicInteger counter = new AtomicInteger();
  private String waiting = "";
  private String submitted = "";

  /**
   * @param submitter the token of an officer who submits versions and calls nothing else
   */
  ApiObjects(RunningApi api, Subject agent, String submitter) {
    this.api = api;
    this.agent = agent;
    this.submitter = submitter;
  }

  /** The call, by whoever has that token. */
  HttpRequest.Builder call(OpenApiDocument.Operation operation, String token) {
    String reason = "{\"reason\":\"TICKET-12\"}";
    String path = operation.path();
    return switch (operation.name()) {
      case "GET /healthz",
          "GET /openapi.yaml",
          "GET /approvals.css",
          "GET /api/v1/sign-in",
          "GET /api/v1/whoami",
          "GET /api/v1/approvals",
          "GET /api/v1/resources",
          "GET /api/v1/grants",
          "GET /api/v1/sessions",
          "GET /api/v1/notifications",
          "GET /api/v1/credentials",
          "GET /api/v1/policy/versions",
          "GET /api/v1/policy/activations",
          "GET /.well-known/authzen-configuration" ->
          api.to(path, token);
      case "GET /approvals/{id}", "GET /api/v1/approvals/{id}" ->
          about(path, token, approval().id());
      case "POST /api/v1/approvals/{id}/approve", "POST /api/v1/approvals/{id}/deny" ->
          answer(path, token);
      case "GET /api/v1/emergencies" -> api.to(path, token);
      case "POST /api/v1/emergencies" ->
          posting(
              api.to(path, token),
              "{\"resources\":[\"orders\"],\"for\":\"PT30M\",\"reason\":\"incident 7\"}");
      case "GET /api/v1/emergencies/{id}", "POST /api/v1/emergencies/{id}/open" ->
          operation.name().startsWith("GET")
              ? about(path, token, emergency(false, false))
              : posting(about(path, token, emergency(false, false)), reason);
      case "POST /api/v1/emergencies/{id}/close" ->
          posting(about(path, token, emergency(true, false)), reason);
      case "POST /api/v1/emergencies/{id}/review" ->
          posting(about(path, token, emergency(true, true)), reason);
      case "POST /api/v1/approvals/{id}/pre-approve" ->
          posting(
              about(path, token, preApprovable()), "{\"for\":\"PT1H\",\"reason\":\"TICKET-12\"}");
      case "GET /api/v1/pre-approvals" -> api.to(path, token);
      case "GET /api/v1/pre-approvals/{id}" -> about(path, token, preApproval());
      case "POST /api/v1/pre-approvals/{id}/revoke" ->
          posting(about(path, token, preApproval()), reason);
      case "POST /api/v1/grants" ->
          posting(
              api.to(path, token),
              "{\"resource\":\"ledger\",\"for\":\"PT30M\",\"reason\":\"TICKET-12\"}");
      case "GET /api/v1/grants/{id}" -> about(path, token, grant());
      case "POST /api/v1/grants/{id}/extend" ->
          posting(about(path, token, grant()), "{\"for\":\"PT5M\"}");
      case "POST /api/v1/grants/{id}/revoke" -> posting(about(path, token, grant()), reason);
      case "POST /api/v1/sessions/{id}/kill" -> posting(about(path, token, session()), reason);
      case "POST /api/v1/notifications/{id}/retry" ->
          posting(about(path, token, "" + api.deadDelivery(approval().id())), "{}");
      case "POST /api/v1/credentials" -> posting(api.to(path, token), "{\"resource\":\"orders\"}");
      case "DELETE /api/v1/credentials/{id}" -> about(path, token, credential()).DELETE();
      case "POST /api/v1/policy/versions" -> submission(token);
      case "GET /api/v1/policy/versions/{id}", "GET /api/v1/policy/versions/{id}/workbook" ->
          about(path, token, sameVersion());
      case "POST /api/v1/policy/versions/{id}/activate" ->
          posting(about(path, token, version()), reason);
      case "POST /api/v1/policy/versions/{id}/evaluate" ->
          posting(
              about(path, token, sameVersion()),
              "{\"sql\":\"read x\",\"groups\":[],\"resource\":\"orders\"}");
      case "GET /api/v1/health" -> api.to(path, token);
      case "GET /api/v1/resources/{name}", "GET /api/v1/resources/{name}/health" ->
          api.to(path.replace("{name}", "orders"), token);
      case "PUT /api/v1/resources/{name}" ->
          api.to(path.replace("{name}", "r" + counter.incrementAndGet()), token)
              .header("Content-Type", "application/json")
              .PUT(BodyPublishers.ofString("{\"host\":\"db.example\"}"));
      case "DELETE /api/v1/resources/{name}" ->
          api.to(path.replace("{name}", declared()), token).DELETE();
      case "POST /access/v1/evaluation" -> posting(api.to(path, token), question());
      case "POST /access/v1/evaluations" ->
          posting(api.to(path, token), "{\"evaluations\":[" + question() + "]}");
      default -> throw new AssertionError("no call is written for " + operation.name());
    };
  }

  private HttpRequest.Builder about(String path, String token, String id) {
    return api.to(path.replace("{id}", id), token);
  }

  private HttpRequest.Builder answer(String path, String token) {
    Pending pending = approval();
    // Who answers has looked.
    api.get("/api/v1/approvals/" + pending.id(), token);
    return posting(
        about(path, token, pending.id()),
        "{\"digest\":\"" + pending.digest() + "\",\"comment\":\"seen\"}");
  }

  /** The agent's; the one before is withdrawn, because a subject has only so many. */
  private Pending approval() {
    api.approvals.withdraw(waiting, "the next test");
    Pending pending =
        api.approvals.request(
            new FrozenCommand(
                "DELETE FROM orders WHERE id = " + counter.incrementAndGet(),
                List.of(),
                "orders",
                agent,
                "policy-1"),
            "session-1",
            new ApprovalDemand(Set.of(Set.of("dba-approvers")), Duration.ofHours(1)),
            List.of(
                new MatchedRow(
                    "SQL-014",
                    "SQL",
                    14,
                    Verdict.APPROVE,
                    "DELETE",
                    "a look",
                    "",
                    List.of("AC-3"))));
    waiting = pending.id();
    return pending;
  }

  /** Of two operators who are nobody else here. */
  private String emergency(boolean opened, boolean closed) {
    Subject first = operator("first");
    Subject second = operator("second");
    Emergency emergency =
        done(
            api.emergencies.propose(
                first, List.of("orders"), Duration.ofMinutes(30), "incident 7"));
    if (opened) {
      emergency = done(api.emergencies.open(emergency, second, "incident 7"));
    }
    if (closed) {
      emergency = done(api.emergencies.close(emergency, first, "over"));
    }
    return emergency.id();
  }

  private static Emergency done(EmergencyResult result) {
    return ((EmergencyResult.Done) result).emergency();
  }

  private static Subject operator(String id) {
    return new Subject(
        "https://i", id, id, Subject.Kind.HUMAN, Set.of("platform-operators"), Optional.empty());
  }

  /** The agent's, under the policy in force, by a row that allows a yes beforehand. */
  private String preApprovable() {
    api.approvals.list(agent, Optional.of(Approval.State.WAITING)).stream()
        .filter(approval -> approval.subject().isSameAs(agent))
        .forEach(approval -> api.approvals.withdraw(approval.id(), "the next test"));
    Pending pending =
        api.approvals.request(
            new FrozenCommand(
                "DELETE FROM carts", List.of(), "orders", agent, api.policy.current().id()),
            "session-1",
            new ApprovalDemand(
                Set.of(Set.of("dba-approvers")),
                1,
                Duration.ofHours(1),
                Optional.of(new PreApprovalTerms(Duration.ofHours(4), false))),
            List.of(
                new MatchedRow(
                    "SQL-015", "SQL", 15, Verdict.APPROVE, "DELETE", "a look", "", List.of())),
            List.of(),
            Optional.of(
                new Fingerprints(
                    Fingerprints.digest(List.of("" + counter.incrementAndGet())),
                    Optional.empty())));
    waiting = pending.id();
    return pending.id();
  }

  private String preApproval() {
    return json(api.post(
            "/api/v1/approvals/" + preApprovable() + "/pre-approve",
            agent.id(),
            "{\"for\":\"PT1H\",\"reason\":\"TICKET-12\"}"))
        .get("id")
        .textValue();
  }

  /** The agent's; the ones before are ended, because a subject has only so many. */
  private String grant() {
    api.grants.recent().stream()
        .filter(grant -> grant.ending().isEmpty())
        .forEach(grant -> api.grants.revoke(grant, grant.subject(), "the next test"));
    return json(api.post(
            "/api/v1/grants",
            agent.id(),
            "{\"resource\":\"ledger\",\"for\":\"PT30M\",\"reason\":\"TICKET-12\"}"))
        .get("id")
        .textValue();
  }

  private String session() {
    SessionId id = new SessionId("session-" + counter.incrementAndGet());
    try {
      api.sessions.enter(
          new Entrance(
              id,
              agent,
              "orders",
              "127.0.0.1",
              "psql",
              Optional.empty(),
              Optional.empty(),
              Instant.now().plusSeconds(600)),
          reason -> {});
    } catch (TooManySessionsException e) {
      throw new AssertionError(e);
    }
    return id.value();
  }

  private String declared() {
    String name = "r" + counter.incrementAndGet();
    try {
      api.declared.put(name, "{\"host\":\"db.example\"}", agent);
    } catch (ResourceRefusedException e) {
      throw new AssertionError(e);
    }
    return name;
  }

  private String credential() {
    return json(api.post("/api/v1/credentials", agent.id(), "{\"resource\":\"orders\"}"))
        .get("id")
        .textValue();
  }

  /** One that is there for all who only look: reading a workbook takes its time. */
  private String sameVersion() {
    if (submitted.isEmpty()) {
      submitted = version();
    }
    return submitted;
  }

  private String version() {
    return json(send(submission(submitter))).get("id").textValue();
  }

  private HttpRequest.Builder submission(String token) {
    byte[] workbook = Drafts.allowing("public.t" + counter.incrementAndGet());
    return api.to("/api/v1/policy/versions", token)
        .header("Content-Type", PolicyOperations.XLSX)
        .POST(BodyPublishers.ofByteArray(workbook));
  }

  private static String question() {
    return "{\"subject\":{\"type\":\"agent\",\"id\":\"a\"},\"action\":{\"name\":\"query\","
        + "\"properties\":{\"sql\":\"read public.a\"}},"
        + "\"resource\":{\"type\":\"postgres\",\"id\":\"orders\"}}";
  }
}
