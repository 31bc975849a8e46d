package dev.countersign.audit.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The fields of each event type, written one by one: the journal writes two events a command. */
final class EventWriter {

  private EventWriter() {}

  static void write(Event event, JsonGenerator json) throws IOException {
    switch (event) {
      case Event.SessionOpened e -> sessionOpened(e, json);
      case Event.SessionRefused e -> sessionRefused(e, json);
      case Event.CommandDecided e -> commandDecided(e, json);
      case Event.ApprovalRequested e -> approvalRequested(e, json);
      case Event.ApprovalAnswered e -> approvalAnswered(e, json);
      case Event.CommandCompleted e -> commandCompleted(e, json);
      case Event.ContentRecorded e -> {
        command(e.session(), e.command(), json);
        json.writeStringField("stream", e.stream().name());
        json.writeStringField("content", e.content());
      }
      case Event.ExposureKeyed e -> {
        json.writeStringField("key", e.key());
        json.writeStringField("owner", e.owner());
        json.writeStringField("wrapped", e.wrapped());
      }
      case Event.ValuesExposed e -> {
        command(e.session(), e.command(), json);
        json.writeStringField("key", e.key());
        json.writeStringField("column", e.column());
        json.writeBooleanField("masked", e.masked());
        json.writeStringField("digests", e.digests());
        json.writeBooleanField("complete", e.complete());
      }
      case Event.SessionClosed e -> {
        session(e.session(), json);
        json.writeStringField("reason", e.reason());
        json.writeNumberField("commands", e.commands());
      }
      case Event.PolicyActivated e -> {
        json.writeStringField("policyVersion", e.policyVersion());
        json.writeStringField("source", e.source());
        json.writeNumberField("rows", e.rows());
      }
      case Event.PolicyRefused e -> {
        json.writeStringField("source", e.source());
        strings("faults", e.faults(), json);
      }
      case Event.ApprovalViewed e -> {
        json.writeStringField("approval", e.approval());
        json.writeFieldName("viewer");
        subject(e.viewer(), json);
        json.writeStringField("digest", e.digest());
        json.writeStringField("view", e.view());
      }
      case Event.ApprovalVoted e -> voted(e, json);
      case Event.RecordingRead e -> {
        json.writeStringField("reader", e.reader());
        json.writeStringField("recording", e.recording().value());
        json.writeStringField("how", e.how());
      }
      case Event.RecordSearched e -> {
        json.writeStringField("reader", e.reader());
        json.writeStringField("query", e.query());
        json.writeNumberField("found", e.found());
      }
      case Event.EvidenceExported e -> evidenceExported(e, json);
      case Event.ControlAssessed e -> {
        json.writeStringField("control", e.control());
        json.writeBooleanField("satisfied", e.satisfied());
        json.writeStringField("finding", e.finding());
      }
      case Event.CredentialMinted e -> {
        json.writeStringField("credential", e.credential());
        json.writeFieldName("subject");
        subject(e.subject(), json);
        json.writeStringField("resource", e.resource());
        json.writeFieldName("grant");
        optionalString(e.grant(), json);
        json.writeStringField("expires", e.expires().toString());
      }
      case Event.CredentialRevoked e -> {
        json.writeStringField("credential", e.credential());
        json.writeFieldName("by");
        subject(e.by(), json);
        json.writeStringField("resource", e.resource());
      }
      case Event.GrantRequested e -> grantRequested(e, json);
      case Event.GrantGiven e -> grantGiven(e, json);
      case Event.GrantEnded e -> {
        json.writeStringField("grant", e.grant());
        json.writeStringField("resource", e.resource());
        json.writeStringField("end", e.end().name());
        optionalSubject("by", e.by(), json);
        json.writeStringField("comment", e.comment());
      }
      case Event.SegmentShredded e -> {
        json.writeNumberField("segment", e.segment());
        json.writeNumberField("first", e.first());
        json.writeNumberField("last", e.last());
        json.writeStringField("by", e.by());
        json.writeStringField("reason", e.reason());
      }
      case Event.HoldPlaced e -> {
        json.writeStringField("hold", e.hold());
        json.writeStringField("from", e.from().toString());
        json.writeStringField("until", e.until().toString());
        json.writeStringField("by", e.by());
        json.writeStringField("reason", e.reason());
      }
      case Event.HoldReleased e -> {
        json.writeStringField("hold", e.hold());
        json.writeStringField("by", e.by());
        json.writeStringField("reason", e.reason());
      }
      case Event.NotificationRetried e -> {
        json.writeNumberField("delivery", e.delivery());
        json.writeStringField("endpoint", e.endpoint());
        json.writeFieldName("by");
        subject(e.by(), json);
      }
      case Event.SessionKilled e -> {
        session(e.session(), json);
        json.writeFieldName("by");
        subject(e.by(), json);
        json.writeStringField("reason", e.reason());
      }
      case Event.ApiCalled e -> {
        json.writeFieldName("by");
        subject(e.by(), json);
        json.writeStringField("operation", e.operation());
        json.writeStringField("path", e.path());
        json.writeStringField("digest", e.digest());
      }
      case Event.ResourceDeclared e -> {
        json.writeFieldName("by");
        subject(e.by(), json);
        json.writeStringField("resource", e.resource());
        json.writeStringField("kind", e.kind());
        labels("labels", e.labels(), json);
        json.writeStringField("address", e.address());
      }
      case Event.ResourceRemoved e -> {
        json.writeFieldName("by");
        subject(e.by(), json);
        json.writeStringField("resource", e.resource());
      }
      case Event.PreApprovalGiven e -> preApprovalGiven(e, json);
      case Event.PreApprovalEnded e -> {
        json.writeStringField("preApproval", e.preApproval());
        json.writeStringField("resource", e.resource());
        json.writeStringField("end", e.end().name());
        optionalSubject("by", e.by(), json);
        json.writeStringField("comment", e.comment());
      }
      case Event.StandingYesUsed e -> {
        json.writeStringField("standing", e.standing());
        json.writeStringField("approval", e.approval());
        json.writeFieldName("subject");
        subject(e.subject(), json);
        json.writeStringField("resource", e.resource());
        json.writeStringField("digest", e.digest());
      }
      case Event.EmergencyChanged e -> {
        json.writeStringField("emergency", e.emergency());
        json.writeStringField("step", e.step().name());
        strings("resources", e.resources(), json);
        optionalSubject("by", e.by(), json);
        json.writeStringField("until", e.until().toString());
        json.writeStringField("comment", e.comment());
      }
    }
  }

  private static void preApprovalGiven(Event.PreApprovalGiven e, JsonGenerator json)
      throws IOException {
    json.writeStringField("preApproval", e.preApproval());
    json.writeFieldName("subject");
    subject(e.subject(), json);
    json.writeStringField("resource", e.resource());
    json.writeStringField("fingerprint", e.fingerprint());
    json.writeBooleanField("anyValues", e.anyValues());
    json.writeStringField("policyVersion", e.policyVersion());
    json.writeStringField("approval", e.approval());
    json.writeStringField("until", e.until().toString());
  }

  private static void sessionOpened(Event.SessionOpened e, JsonGenerator json) throws IOException {
    session(e.session(), json);
    json.writeFieldName("subject");
    subject(e.subject(), json);
    json.writeStringField("resource", e.resource());
    labels("resourceLabels", e.resourceLabels(), json);
    json.writeStringField("clientAddress", e.clientAddress());
    json.writeStringField("application", e.application());
  }

  private static void labels(String name, Map<String, String> labels, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
  }

  private static void sessionRefused(Event.SessionRefused e, JsonGenerator json)
      throws IOException {
    session(e.session(), json);
    optionalSubject("subject", e.subject(), json);
    json.writeStringField("resource", e.resource());
    json.writeStringField("clientAddress", e.clientAddress());
    json.writeStringField("reason", e.reason());
  }

  private static void commandDecided(Event.CommandDecided e, JsonGenerator json)
      throws IOException {
    command(e.session(), e.command(), json);
    json.writeStringField("text", e.text());
    json.writeArrayFieldStart("parameters");
    for (Optional<String> parameter : e.parameters()) {
      optionalString(parameter, json);
    }
    json.writeEndArray();
    json.writeFieldName("facts");
    facts(e.facts(), json);
    json.writeStringField("verdict", e.verdict().name());
    json.writeStringField("policyVersion", e.policyVersion());
    json.writeArrayFieldStart("rows");
    for (MatchedRow row : e.rows()) {
      row(row, json);
    }
    json.writeEndArray();
  }

  private static void voted(Event.ApprovalVoted e, JsonGenerator json) throws IOException {
    json.writeStringField("approval", e.approval());
    json.writeFieldName("approver");
    subject(e.approver(), json);
    json.writeStringField("vote", e.vote().name());
    json.writeStringField("digest", e.digest());
    json.writeStringField("view", e.view());
    json.writeStringField("at", e.at().toString());
    json.writeStringField("comment", e.comment());
    json.writeStringField("key", e.key());
    json.writeStringField("signature", e.signature());
  }

  private static void grantRequested(Event.GrantRequested e, JsonGenerator json)
      throws IOException {
    json.writeStringField("grant", e.grant());
    json.writeFieldName("subject");
    subject(e.subject(), json);
    json.writeStringField("resource", e.resource());
    json.writeStringField("scope", e.scope());
    json.writeStringField("from", e.from().toString());
    json.writeStringField("until", e.until().toString());
    json.writeStringField("reason", e.reason());
  }

  private static void grantGiven(Event.GrantGiven e, JsonGenerator json) throws IOException {
    json.writeStringField("grant", e.grant());
    json.writeFieldName("subject");
    subject(e.subject(), json);
    json.writeStringField("resource", e.resource());
    json.writeStringField("rule", e.rule());
    json.writeFieldName("approval");
    optionalString(e.approval(), json);
    json.writeStringField("until", e.until().toString());
  }

  private static void facts(CommandFacts facts, JsonGenerator json) throws IOException {
    switch (facts) {
      case CommandFacts.Sql sql -> {
        json.writeStartObject();
        json.writeStringField("kind", FactsJson.SQL);
        json.writeArrayFieldStart("accesses");
        for (SqlAccess access : sql.accesses()) {
          access(access, json);
        }
        json.writeEndArray();
        json.writeBooleanField("opaque", sql.opaque());
        json.writeEndObject();
      }
      case CommandFacts.Git git -> FactsJson.write(git, json);
      case CommandFacts.Kubernetes kubernetes -> FactsJson.write(kubernetes, json);
    }
  }

  private static void access(SqlAccess access, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("verb", access.verb().name());
    json.writeStringField("object", access.object());
    strings("partOf", access.partOf(), json);
    strings("columns", access.columns(), json);
    json.writeBooleanField("filtered", access.filtered());
    json.writeEndObject();
  }

  private static void row(MatchedRow row, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("rule", row.rule());
    json.writeStringField("sheet", row.sheet());
    json.writeNumberField("row", row.row());
    json.writeStringField("verdict", row.verdict().name());
    json.writeStringField("part", row.part());
    json.writeStringField("reason", row.reason());
    json.writeStringField("hint", row.hint());
    strings("controls", row.controls(), json);
    json.writeEndObject();
  }

  private static void approvalRequested(Event.ApprovalRequested e, JsonGenerator json)
      throws IOException {
    command(e.session(), e.command(), json);
    json.writeStringField("approval", e.approval());
    json.writeStringField("digest", e.digest());
    json.writeStringField("expires", e.expires().toString());
  }

  private static void approvalAnswered(Event.ApprovalAnswered e, JsonGenerator json)
      throws IOException {
    command(e.session(), e.command(), json);
    json.writeStringField("approval", e.approval());
    json.writeStringField("answer", e.answer().name());
    optionalSubject("approver", e.approver(), json);
    json.writeStringField("comment", e.comment());
  }

  private static void commandCompleted(Event.CommandCompleted e, JsonGenerator json)
      throws IOException {
    command(e.session(), e.command(), json);
    json.writeStringField("status", e.status());
    json.writeFieldName("error");
    optionalString(e.error(), json);
    json.writeNumberField("rows", e.rows());
    json.writeNumberField("bytes", e.bytes());
    strings("maskedColumns", e.maskedColumns(), json);
    json.writeNumberField("micros", e.micros());
  }

  private static void evidenceExported(Event.EvidenceExported e, JsonGenerator json)
      throws IOException {
    json.writeStringField("reader", e.reader());
    json.writeStringField("from", e.from().toString());
    json.writeStringField("until", e.until().toString());
    strings("controls", e.controls(), json);
    json.writeStringField("digest", e.digest());
  }

  private static void subject(Subject subject, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("issuer", subject.issuer());
    json.writeStringField("id", subject.id());
    json.writeStringField("name", subject.name());
    json.writeStringField("kind", subject.kind().name());
    strings("groups", subject.groups(), json);
    json.writeFieldName("onBehalfOf");
    optionalString(subject.onBehalfOf(), json);
    strings("delegation", subject.delegation(), json);
    json.writeEndObject();
  }

  private static void optionalSubject(String field, Optional<Subject> subject, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    if (subject.isPresent()) {
      subject(subject.get(), json);
    } else {
      json.writeNull();
    }
  }

  private static void optionalString(Optional<String> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeString(value.get());
    } else {
      json.writeNull();
    }
  }

  /** A set has another order in each process; the same event is always the same text. */
  private static void strings(String field, Collection<String> values, JsonGenerator json)
      throws IOException {
    String[] ordered = values.toArray(String[]::new);
    if (values instanceof Set<String>) {
      Arrays.sort(ordered);
    }
    json.writeArrayFieldStart(field);
    for (String value : ordered) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void session(SessionId session, JsonGenerator json) throws IOException {
    json.writeStringField("session", session.value());
  }

  private static void command(SessionId session, long command, JsonGenerator json)
      throws IOException {
    session(session, json);
    json.writeNumberField("command", command);
  }
}
