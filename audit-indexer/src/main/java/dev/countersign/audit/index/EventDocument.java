package dev.countersign.audit.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One event as one document, in the fields of the Elastic Common Schema where it has them. Also
 * holds the event as it was recorded, so that a session can be shown without the journal.
 */
final class EventDocument {

  private static final String ECS_VERSION = "9.4.0";

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final Set<String> related = new LinkedHashSet<>();

  private EventDocument() {}

  /** The same for the same event, whenever it is sent. */
  static String id(UUID journal, long sequence) {
    return journal + "-" + sequence;
  }

  static ObjectNode of(
      UUID journal, RecordedEvent recorded, Optional<Event.SessionOpened> session) {
    EventDocument document = new EventDocument();
    document.common(journal, recorded);
    session.ifPresent(document::session);
    document.event(recorded.event());
    document.strings(document.at("related"), "user", document.related);
    return document.root;
  }

  private void common(UUID journal, RecordedEvent recorded) {
    EventType type = EventType.of(recorded.event());
    root.put("@timestamp", recorded.time().toString());
    at("ecs").put("version", ECS_VERSION);
    at("event")
        .put("id", id(journal, recorded.sequence()))
        .put("sequence", recorded.sequence())
        .put("kind", "event")
        .put("action", type.stableName())
        .put("module", "countersign")
        .put("dataset", "countersign.audit");
    at("service").put("name", "countersign");
    at("countersign", "journal").put("id", journal.toString());
    at("countersign").put("envelope", EventJson.write(recorded).getBytes(US_ASCII));
    EventType.sessionOf(recorded.event())
        .ifPresent(
            id ->
                at("countersign", "session")
                    .put("id", id.value())
                    .put("sequence", recorded.sessionSequence()));
  }

  private void session(Event.SessionOpened session) {
    subject(session.subject());
    resource(session.resource());
    ObjectNode labels = at("countersign", "resource", "labels");
    session.resourceLabels().forEach(labels::put);
    at("source").put("address", session.clientAddress());
    at("countersign", "session").put("application", session.application());
  }

  private void event(Event event) {
    switch (event) {
      case Event.SessionOpened e -> {
        kind("session", "success", "start", "allowed");
        session(e);
      }
      case Event.SessionRefused e -> {
        kind("authentication", "failure", "start", "denied");
        e.subject().ifPresent(this::subject);
        resource(e.resource());
        at("source").put("address", e.clientAddress());
        at("event").put("reason", e.reason());
      }
      case Event.CommandDecided e -> decided(e);
      case Event.ApprovalRequested e -> {
        kind("iam", "unknown", "info");
        command(e.command());
        at("countersign", "approval")
            .put("id", e.approval())
            .put("digest", e.digest())
            .put("expires", e.expires().toString());
      }
      case Event.ApprovalAnswered e -> answered(e);
      case Event.CommandCompleted e -> completed(e);
      case Event.ContentRecorded e -> {
        kind("session", "unknown", "info");
        command(e.command());
        at("countersign", "command").put("stream", e.stream().name());
      }
      case Event.SessionClosed e -> {
        kind("session", "success", "end");
        at("event").put("reason", e.reason());
        at("countersign", "session").put("commands", e.commands());
      }
      case Event.PolicyActivated e -> {
        kind("configuration", "success", "change");
        at("rule").put("version", e.policyVersion());
        at("countersign", "policy")
            .put("version", e.policyVersion())
            .put("source", e.source())
            .put("rows", e.rows());
      }
      case Event.PolicyRefused e -> {
        kind("configuration", "failure", "change", "denied");
        at("countersign", "policy").put("source", e.source());
        strings(at("countersign", "policy"), "faults", e.faults());
      }
      case Event.ApprovalViewed e -> {
        kind("iam", "success", "info");
        subject(e.viewer());
        at("countersign", "approval").put("id", e.approval()).put("digest", e.digest());
      }
      case Event.ApprovalVoted e -> {
        kind(
            "iam",
            "success",
            "change",
            e.vote() == Event.ApprovalVoted.Vote.YES ? "allowed" : "denied");
        subject(e.approver());
        at("event").put("reason", e.comment());
        at("countersign", "approval").put("id", e.approval()).put("digest", e.digest());
      }
      case Event.CredentialMinted e -> {
        kind("iam", "success", "creation");
        subject(e.subject());
        resource(e.resource());
        at("countersign", "credential")
            .put("id", e.credential())
            .put("expires", e.expires().toString());
        e.grant().ifPresent(grant -> at("countersign", "credential").put("grant", grant));
      }
      case Event.CredentialRevoked e -> {
        kind("iam", "success", "deletion");
        subject(e.by());
        resource(e.resource());
        at("countersign", "credential").put("id", e.credential());
      }
      case Event.GrantRequested e -> {
        kind("iam", "unknown", "creation");
        subject(e.subject());
        resource(e.resource());
        at("event").put("reason", e.reason());
        at("countersign", "grant")
            .put("id", e.grant())
            .put("scope", e.scope())
            .put("from", e.from().toString())
            .put("until", e.until().toString());
      }
      case Event.GrantGiven e -> {
        kind("iam", "success", "change", "allowed");
        subject(e.subject());
        resource(e.resource());
        at("rule").put("id", e.rule());
        at("countersign", "grant").put("id", e.grant()).put("until", e.until().toString());
        e.approval().ifPresent(id -> at("countersign", "approval").put("id", id));
      }
      case Event.GrantEnded e -> {
        kind("iam", "success", "deletion");
        e.by().ifPresent(this::subject);
        resource(e.resource());
        at("event").put("reason", e.comment());
        at("countersign", "grant").put("id", e.grant()).put("end", e.end().name());
      }
      case Event.SessionKilled e -> {
        kind("session", "success", "end", "denied");
        at("event").put("reason", e.reason());
        at("countersign", "session", "killer").put("id", e.by().id()).put("name", e.by().name());
        related.add(e.by().id());
        related.add(e.by().name());
      }
    }
  }

  private void decided(Event.CommandDecided e) {
    boolean denied = e.verdict() == Verdict.BLOCK;
    kind("database", denied ? "failure" : "unknown", "access", denied ? "denied" : "allowed");
    ((ArrayNode) at("event").get("category")).add("api");
    command(e.command());
    ObjectNode command = at("countersign", "command");
    command.put("text", e.text());
    strings(command, "parameters", e.parameters().stream().flatMap(Optional::stream).toList());
    switch (e.facts()) {
      case CommandFacts.Sql sql -> sql(sql);
      case CommandFacts.Git git ->
          strings(command, "accesses", git.updates().stream().map(RefUpdate::toString).toList());
      case CommandFacts.Kubernetes(KubeRequest request) ->
          strings(command, "accesses", List.of(request.toString()));
    }
    at("countersign").put("verdict", e.verdict().name());
    at("countersign", "policy").put("version", e.policyVersion());
    rows(e);
  }

  private void sql(CommandFacts.Sql sql) {
    ObjectNode command = at("countersign", "command");
    command.put("opaque", sql.opaque());
    strings(command, "accesses", sql.accesses().stream().map(SqlAccess::toString).toList());
    Set<String> tables = new LinkedHashSet<>();
    Set<String> columns = new LinkedHashSet<>();
    for (SqlAccess access : sql.accesses()) {
      if (!access.object().isEmpty()) {
        tables.add(access.object());
        access.columns().forEach(column -> columns.add(access.object() + "." + column));
      }
    }
    strings(command, "tables", tables);
    strings(command, "columns", columns);
    at("db", "system").put("name", "postgresql");
    strings(at("db", "collection"), "name", tables);
    strings(
        at("db", "operation"),
        "name",
        sql.accesses().stream().map(access -> access.verb().name()).distinct().toList());
  }

  private void rows(Event.CommandDecided e) {
    ArrayNode rows = at("countersign").putArray("rows");
    for (MatchedRow row : e.rows()) {
      ObjectNode node = rows.addObject();
      node.put("rule", row.rule())
          .put("sheet", row.sheet())
          .put("row", row.row())
          .put("verdict", row.verdict().name())
          .put("part", row.part())
          .put("reason", row.reason());
      strings(node, "controls", row.controls());
    }
    if (!e.rows().isEmpty()) {
      MatchedRow deciding = e.rows().getFirst();
      at("rule")
          .put("id", deciding.rule())
          .put("name", deciding.sheet() + " row " + deciding.row())
          .put("description", deciding.reason())
          .put("ruleset", deciding.sheet())
          .put("version", e.policyVersion());
      at("event").put("reason", deciding.reason());
    }
  }

  private void answered(Event.ApprovalAnswered e) {
    boolean approved = e.answer() == Event.ApprovalAnswered.Answer.APPROVED;
    kind("iam", approved ? "success" : "failure", "info", approved ? "allowed" : "denied");
    command(e.command());
    ObjectNode approval = at("countersign", "approval");
    approval.put("id", e.approval()).put("answer", e.answer().name()).put("comment", e.comment());
    e.approver()
        .ifPresent(
            approver -> {
              at("countersign", "approval", "approver")
                  .put("id", approver.id())
                  .put("name", approver.name());
              related.add(approver.id());
              related.add(approver.name());
            });
  }

  private void completed(Event.CommandCompleted e) {
    boolean failed = e.error().isPresent();
    kind("database", failed ? "failure" : "success", failed ? "error" : "end");
    at("event").put("duration", TimeUnit.MICROSECONDS.toNanos(e.micros()));
    command(e.command());
    at("countersign", "command").put("status", e.status());
    strings(at("countersign", "command"), "masked_columns", e.maskedColumns());
    at("db", "system").put("name", "postgresql");
    at("db", "response").put("returned_rows", e.rows());
    e.error().ifPresent(state -> at("db", "response").put("status_code", state));
  }

  private void kind(String category, String outcome, String... types) {
    at("event").put("outcome", outcome).putArray("category").add(category);
    ArrayNode list = at("event").putArray("type");
    for (String type : types) {
      list.add(type);
    }
  }

  private void subject(Subject subject) {
    at("user").put("id", subject.id()).put("name", subject.name()).put("domain", subject.issuer());
    strings(at("user"), "roles", subject.groups());
    at("countersign", "subject").put("kind", subject.kind().name());
    related.add(subject.id());
    related.add(subject.name());
    if (subject.kind() == Subject.Kind.AGENT) {
      at("gen_ai", "agent").put("id", subject.id()).put("name", subject.name());
    }
    subject
        .onBehalfOf()
        .ifPresent(
            owner -> {
              at("countersign", "subject").put("on_behalf_of", owner);
              related.add(owner);
            });
    if (!subject.delegation().isEmpty()) {
      strings(at("countersign", "subject"), "delegation", subject.delegation());
      related.addAll(subject.delegation());
    }
  }

  private void resource(String resource) {
    at("countersign", "resource").put("name", resource);
    at("service", "target").put("name", resource).put("type", "postgresql");
    at("db").put("namespace", resource);
  }

  private void command(long number) {
    at("countersign", "command").put("number", number);
  }

  private ObjectNode at(String... path) {
    ObjectNode node = root;
    for (String name : path) {
      node = node.withObjectProperty(name);
    }
    return node;
  }

  private void strings(ObjectNode node, String field, Collection<String> values) {
    ArrayNode array = node.putArray(field);
    values.forEach(array::add);
  }
}
