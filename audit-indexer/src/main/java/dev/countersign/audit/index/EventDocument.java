package dev.countersign.audit.index;

import static dev.countersign.audit.index.DocumentTree.strings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.query.Words;
import dev.countersign.audit.replay.TerminalText;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One event as one document, in the fields of the Elastic Common Schema where it has them; the same
 * event always gives the same document. Also holds the event as it was recorded, but for passwords,
 * so that a session can be shown without the journal.
 */
final class EventDocument {

  private static final String ECS_VERSION = "9.4.0";

  /** So much of a text can be searched; the event itself is whole. */
  private static final int SEARCHABLE = 256 << 10;

  private static final int ID_DIGITS = 12;

  private final DocumentTree document = new DocumentTree();
  private final Set<String> related = new TreeSet<>();

  private EventDocument() {}

  /**
   * The same for the same event, whenever it is sent. Ids grow in the order of their letters, so
   * that the cluster needs to look for a new one in no segment that has only older ones.
   */
  static String id(UUID journal, long sequence) {
    String digits = Long.toString(sequence);
    return journal + "-" + "0".repeat(Math.max(0, ID_DIGITS - digits.length())) + digits;
  }

  static ObjectNode of(UUID journal, RecordedEvent recorded, Background background) {
    RecordedEvent shown = withoutSecrets(recorded);
    EventDocument document = new EventDocument();
    document.at("countersign").put("envelope", EventJson.write(shown));
    return document.filled(journal, shown, background);
  }

  /** Only what can be searched. */
  static ObjectNode searchable(UUID journal, RecordedEvent recorded, Background background) {
    return new EventDocument().filled(journal, withoutSecrets(recorded), background);
  }

  /** The index, which many can read, need not know what a command says of passwords. */
  private static RecordedEvent withoutSecrets(RecordedEvent recorded) {
    if (!(recorded.event() instanceof Event.CommandDecided e)) {
      return recorded;
    }
    String text = SecretLiterals.hidden(e.text());
    return text.equals(e.text())
        ? recorded
        : new RecordedEvent(
            recorded.sequence(),
            recorded.sessionSequence(),
            recorded.time(),
            new Event.CommandDecided(
                e.session(),
                e.command(),
                text,
                e.parameters(),
                e.facts(),
                e.verdict(),
                e.policyVersion(),
                e.rows()));
  }

  private ObjectNode filled(UUID journal, RecordedEvent recorded, Background background) {
    common(journal, recorded);
    background.session().ifPresent(this::session);
    background.command().ifPresent(this::ofCommand);
    background.approvers().forEach(this::approver);
    event(recorded.event());
    strings(at("related"), "user", related);
    return document.root();
  }

  private void common(UUID journal, RecordedEvent recorded) {
    EventType type = EventType.of(recorded.event());
    String id = id(journal, recorded.sequence());
    document.root().put("@timestamp", recorded.time().toString());
    at("ecs").put("version", ECS_VERSION);
    at("event")
        .put("id", id)
        .put("sequence", recorded.sequence())
        .put("kind", "event")
        .put("action", type.stableName())
        .put("module", "countersign")
        .put("dataset", "countersign.audit");
    at("service").put("name", "countersign");
    at("countersign").put("group", id);
    at("countersign", "journal").put("id", journal.toString());
    EventType.sessionOf(recorded.event())
        .ifPresent(
            session ->
                at("countersign", "session")
                    .put("id", session.value())
                    .put("sequence", recorded.sessionSequence()));
  }

  private void session(Event.SessionOpened session) {
    subject(session.subject());
    resource(session.resource());
    labels(session.resourceLabels());
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
        command(e.session().value(), e.command());
        at("countersign", "approval")
            .put("id", e.approval())
            .put("digest", e.digest())
            .put("expires", e.expires().toString());
      }
      case Event.ApprovalAnswered e -> answered(e);
      case Event.CommandCompleted e -> completed(e);
      case Event.ContentRecorded e -> content(e);
      case Event.ExposureKeyed e -> kind("configuration", "success", "creation");
      case Event.ValuesExposed e -> {
        kind("database", "success", "access");
        command(e.session().value(), e.command());
        at("countersign", "exposure")
            .put("column", e.column())
            .put("masked", e.masked())
            .put("complete", e.complete());
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
      case Event.RecordingRead e -> {
        kind("session", "success", "access");
        reader(e.reader());
        at("countersign", "reading").put("recording", e.recording().value()).put("how", e.how());
      }
      case Event.RecordSearched e -> {
        kind("session", "success", "access");
        reader(e.reader());
        at("countersign", "reading").put("query", e.query()).put("found", e.found());
      }
      case Event.EvidenceExported e -> {
        kind("session", "success", "access");
        reader(e.reader());
        ObjectNode evidence = at("countersign", "evidence");
        evidence
            .put("from", e.from().toString())
            .put("until", e.until().toString())
            .put("digest", e.digest());
        strings(evidence, "controls", e.controls());
      }
      case Event.ControlAssessed e -> {
        kind("configuration", e.satisfied() ? "success" : "failure", "info");
        at("event").put("kind", e.satisfied() ? "event" : "alert").put("reason", e.finding());
        at("countersign", "control").put("id", e.control()).put("satisfied", e.satisfied());
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
      case Event.PreApprovalGiven e -> {
        kind("iam", "success", "creation");
        subject(e.subject());
        resource(e.resource());
        at("countersign", "standing").put("id", e.preApproval()).put("until", e.until().toString());
        at("countersign", "approval").put("id", e.approval());
      }
      case Event.PreApprovalEnded e -> {
        kind("iam", "success", "deletion");
        e.by().ifPresent(this::subject);
        resource(e.resource());
        at("event").put("reason", e.comment());
        at("countersign", "standing").put("id", e.preApproval()).put("end", e.end().name());
      }
      case Event.StandingYesUsed e -> {
        kind("iam", "success", "info", "allowed");
        subject(e.subject());
        resource(e.resource());
        at("countersign", "standing").put("id", e.standing());
        at("countersign", "approval").put("id", e.approval()).put("digest", e.digest());
      }
      case Event.EmergencyChanged e -> {
        kind("iam", "success", "admin");
        e.by().ifPresent(this::subject);
        at("event").put("reason", e.comment());
        ObjectNode standing = at("countersign", "standing");
        standing
            .put("id", e.emergency())
            .put("step", e.step().name())
            .put("until", e.until().toString());
        strings(standing, "resources", e.resources());
      }
      case Event.SegmentShredded e -> {
        kind("configuration", "success", "deletion");
        at("event").put("reason", e.reason());
        at("countersign", "shredded")
            .put("segment", e.segment())
            .put("first", e.first())
            .put("last", e.last());
      }
      case Event.HoldPlaced e -> {
        kind("configuration", "success", "creation");
        reader(e.by());
        at("event").put("reason", e.reason());
        at("countersign", "hold")
            .put("name", e.hold())
            .put("from", e.from().toString())
            .put("until", e.until().toString());
      }
      case Event.HoldReleased e -> {
        kind("configuration", "success", "deletion");
        reader(e.by());
        at("event").put("reason", e.reason());
        at("countersign", "hold").put("name", e.hold());
      }
      case Event.NotificationRetried e -> {
        kind("configuration", "success", "change");
        subject(e.by());
        at("countersign", "notification").put("delivery", e.delivery()).put("to", e.endpoint());
      }
      case Event.SessionKilled e -> {
        kind("session", "success", "end", "denied");
        at("event").put("reason", e.reason());
        at("countersign", "session", "killer").put("id", e.by().id()).put("name", e.by().name());
        related.add(e.by().id());
        related.add(e.by().name());
      }
      case Event.ApiCalled e -> {
        kind("configuration", "unknown", "change");
        subject(e.by());
        at("countersign", "api")
            .put("operation", e.operation())
            .put("path", e.path())
            .put("digest", e.digest());
      }
      case Event.ResourceDeclared e -> {
        kind("configuration", "success", "change");
        subject(e.by());
        resource(e.resource());
        labels(e.labels());
        at("countersign", "resource").put("kind", e.kind()).put("address", e.address());
      }
      case Event.ResourceRemoved e -> {
        kind("configuration", "success", "deletion");
        subject(e.by());
        resource(e.resource());
      }
    }
  }

  private void decided(Event.CommandDecided e) {
    boolean denied = e.verdict() == Verdict.BLOCK;
    kind(
        Protocol.of(e.facts()).category(),
        denied ? "failure" : "unknown",
        "access",
        denied ? "denied" : "allowed");
    ofCommand(e);
    addApi();
    command(e.session().value(), e.command());
    ObjectNode command = at("countersign", "command");
    String text = shortened(e.text());
    command.put("text", text).put("cut", e.text().length() > SEARCHABLE);
    strings(command, "parameters", e.parameters().stream().flatMap(Optional::stream).toList());
    at("countersign", "words").put("command", Words.joined(text));
    ArrayNode rows = at("countersign").putArray("rows");
    e.rows().forEach(row -> row(row, rows.addObject()).put("reason", row.reason()));
  }

  /** What every event about a command says of it, so that it is found by it. */
  private void ofCommand(Event.CommandDecided decided) {
    Protocol protocol = Protocol.of(decided.facts());
    at("service", "target").put("type", protocol.word());
    if (protocol == Protocol.POSTGRESQL) {
      at("db", "system").put("name", protocol.word());
      at("db").set("namespace", at("countersign", "resource").get("name"));
    }
    new CommandFields(document).add(decided.facts());
    at("countersign").put("verdict", decided.verdict().name());
    at("countersign", "policy").put("version", decided.policyVersion());
    ArrayNode rows = at("countersign").putArray("rows");
    decided.rows().forEach(row -> row(row, rows.addObject()));
    RiskScore.of(decided.rows()).ifPresent(points -> at("event").put("risk_score", points));
    if (!decided.rows().isEmpty()) {
      MatchedRow deciding = decided.rows().getFirst();
      at("rule")
          .put("id", deciding.rule())
          .put("name", deciding.sheet() + " row " + deciding.row())
          .put("description", deciding.reason())
          .put("ruleset", deciding.sheet())
          .put("version", decided.policyVersion());
      at("event").put("reason", deciding.reason());
    }
  }

  private static ObjectNode row(MatchedRow row, ObjectNode node) {
    node.put("rule", row.rule())
        .put("sheet", row.sheet())
        .put("row", row.row())
        .put("verdict", row.verdict().name())
        .put("part", row.part());
    strings(node, "controls", row.controls());
    return node;
  }

  private void answered(Event.ApprovalAnswered e) {
    boolean approved = e.answer() == Event.ApprovalAnswered.Answer.APPROVED;
    kind("iam", approved ? "success" : "failure", "info", approved ? "allowed" : "denied");
    command(e.session().value(), e.command());
    at("countersign", "approval")
        .put("id", e.approval())
        .put("answer", e.answer().name())
        .put("comment", e.comment());
    e.approver().ifPresent(this::approver);
  }

  private void approver(Subject approver) {
    ObjectNode node = at("countersign", "approval", "approver");
    add(node, "id", approver.id());
    add(node, "name", approver.name());
    related.add(approver.id());
    related.add(approver.name());
  }

  private static void add(ObjectNode node, String field, String value) {
    ArrayNode values = node.withArrayProperty(field);
    for (var each : values) {
      if (each.asText().equals(value)) {
        return;
      }
    }
    values.add(value);
  }

  private void completed(Event.CommandCompleted e) {
    boolean failed = e.error().isPresent();
    String category = at("service", "target").path("type").asText();
    kind(
        category.isEmpty() || category.equals("postgresql") ? "database" : "api",
        failed ? "failure" : "success",
        failed ? "error" : "end");
    at("event").put("duration", TimeUnit.MICROSECONDS.toNanos(e.micros()));
    command(e.session().value(), e.command());
    at("countersign", "command").put("status", e.status());
    strings(at("countersign", "command"), "masked_columns", e.maskedColumns());
    at("countersign", "command").put("bytes", e.bytes());
    at("db", "response").put("returned_rows", e.rows());
    e.error().ifPresent(state -> at("db", "response").put("status_code", state));
  }

  private void content(Event.ContentRecorded e) {
    kind("session", "unknown", "info");
    command(e.session().value(), e.command());
    String text = shortened(e.content());
    at("countersign", "content")
        .put("stream", e.stream().name())
        .put("text", text)
        .put("characters", e.content().length())
        .put("cut", e.content().length() > SEARCHABLE);
    boolean isTerminal =
        switch (e.stream()) {
          case OUTPUT, ERROR_OUTPUT, INPUT -> true;
          case ROWS, REQUEST_BODY, RESPONSE_BODY, RESIZE, REPORT, PACK -> false;
        };
    at("countersign", "words")
        .put("content", Words.joined(isTerminal ? TerminalText.plain(text) : text));
  }

  private static String shortened(String text) {
    return text.length() > SEARCHABLE ? text.substring(0, SEARCHABLE) : text;
  }

  private void kind(String category, String outcome, String... types) {
    at("event").put("outcome", outcome).putArray("category").add(category);
    ArrayNode list = at("event").putArray("type");
    for (String type : types) {
      list.add(type);
    }
  }

  /** ECS expects {@code allowed} and {@code denied} with the category {@code api}. */
  private void addApi() {
    add(at("event"), "category", "api");
  }

  private void reader(String reader) {
    at("user").put("name", reader);
    related.add(reader);
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

  private void labels(Map<String, String> of) {
    ObjectNode labels = at("countersign", "resource", "labels");
    new TreeMap<>(of).forEach(labels::put);
    String environment = of.get("environment");
    if (environment != null) {
      at("countersign", "resource").put("environment", environment);
    }
  }

  private void resource(String resource) {
    at("countersign", "resource").put("name", resource);
    at("service", "target").put("name", resource);
  }

  private void command(String session, long number) {
    String decision = session + "/" + number;
    at("countersign").put("group", decision);
    at("countersign", "decision").put("id", decision);
    at("countersign", "command").put("number", number);
  }

  private ObjectNode at(String... path) {
    return document.at(path);
  }
}
