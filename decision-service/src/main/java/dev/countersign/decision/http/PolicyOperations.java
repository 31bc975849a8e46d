package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.http.PolicyJson.ActivationBody;
import dev.countersign.decision.http.PolicyJson.QuestionBody;
import dev.countersign.decision.policy.ActivationResult;
import dev.countersign.decision.policy.ActivationResult.Why;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.policy.StoredVersion;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.workbook.WorkbookReader;
import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the API does about versions of the policy: for officers; auditors may look. Each method is
 * one operation of the OpenAPI document.
 */
final class PolicyOperations {

  static final String XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  private static final int MAX_REASON = 2000;

  private final PolicyVersions versions;
  private final Function<String, List<SqlStatement>> parser;
  private final String auditors;
  private final Caller caller;

  PolicyOperations(PolicyApi api, Caller caller) {
    this.versions = api.versions();
    this.parser = api.parser();
    this.auditors = api.auditors();
    this.caller = caller;
  }

  ObjectNode submit(HttpServerExchange exchange) throws ApiError {
    Subject officer = officer(exchange);
    byte[] xlsx = RequestBody.bytes(exchange, XLSX, WorkbookReader.MOST_BYTES);
    try {
      return PolicyJson.version(versions.submit(xlsx, officer));
    } catch (PolicyRefusedException e) {
      throw ApiError.refused(
          422,
          "faults",
          String.join("\n", e.faults()),
          "look at it first: countersign policy lint, countersign policy test");
    }
  }

  ObjectNode list(HttpServerExchange exchange) throws ApiError {
    reader(exchange);
    ObjectNode out =
        Page.of(exchange)
            .of(
                "versions",
                versions.versions(),
                version -> new Page.Place(version.submitted(), version.id()),
                PolicyJson::version);
    versions.current().ifPresent(current -> out.put("inForce", current.version()));
    return out;
  }

  ObjectNode show(HttpServerExchange exchange) throws ApiError {
    reader(exchange);
    return PolicyJson.version(version(exchange));
  }

  byte[] workbook(HttpServerExchange exchange) throws ApiError {
    reader(exchange);
    return versions.workbook(version(exchange).id()).orElseThrow(ApiError::noSuchVersion);
  }

  ObjectNode history(HttpServerExchange exchange) throws ApiError {
    reader(exchange);
    return Page.of(exchange)
        .of(
            "activations",
            versions.history(),
            activation -> new Page.Place(activation.at(), String.valueOf(activation.number())),
            PolicyJson::activation);
  }

  ObjectNode activate(HttpServerExchange exchange) throws ApiError {
    caller.requireStepUp(exchange);
    Subject officer = officer(exchange);
    ActivationBody body =
        ApiJson.read(RequestBody.json(exchange), ActivationBody.class, PolicyJson.ACTIVATION);
    String reason = body.reason() == null ? "" : body.reason().strip();
    if (reason.isEmpty() || reason.length() > MAX_REASON) {
      throw ApiError.badRequest("an activation has a reason of 1 to " + MAX_REASON + " characters");
    }
    ActivationResult result =
        versions.activate(
            version(exchange).id(), Optional.ofNullable(body.replacing()), officer, reason);
    return switch (result) {
      case ActivationResult.Activated(var activation) -> PolicyJson.activation(activation);
      case ActivationResult.Unknown() -> throw ApiError.noSuchVersion();
      case ActivationResult.Refused(Why why, String message) -> throw refused(why, message);
    };
  }

  private static ApiError refused(Why why, String message) {
    String code = why.name().toLowerCase(Locale.ROOT);
    return switch (why) {
      case NOT_OFFICER -> ApiError.refused(403, code, message, "ask a compliance officer");
      case SAME_PERSON ->
          ApiError.refused(403, code, message, "ask another officer to activate it");
      case IN_FORCE -> ApiError.refused(409, code, message, "");
      case CHANGED_MEANWHILE ->
          ApiError.refused(409, code, message, "look again: countersign policy history");
      case UNSOUND -> ApiError.refused(409, code, message, "correct the workbook and submit it");
    };
  }

  /** What a version would say, whether it is in force or not. */
  ObjectNode evaluate(HttpServerExchange exchange) throws ApiError {
    reader(exchange);
    String id = version(exchange).id();
    QuestionBody question =
        ApiJson.read(RequestBody.json(exchange), QuestionBody.class, PolicyJson.QUESTION);
    if (question.sql() == null || question.groups() == null || question.resource() == null) {
      throw ApiError.badRequest("the body is not " + PolicyJson.QUESTION);
    }
    List<SqlStatement> statements;
    WorkbookPolicy version;
    try {
      statements = parser.apply(question.sql());
      version = versions.load(id);
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("sql is not SQL that PostgreSQL reads");
    } catch (PolicyRefusedException e) {
      throw ApiError.refused(409, "unsound", String.join("\n", e.faults()), "");
    }
    Subject subject =
        new Subject(
            "question",
            "question",
            "question",
            Subject.Kind.AGENT,
            Set.copyOf(question.groups()),
            Optional.empty());
    Resource resource =
        new Resource(
            question.resource(),
            Resource.Kind.POSTGRES,
            question.environment() == null
                ? Map.of()
                : Map.of("environment", question.environment()));
    List<Decision> decisions = new ArrayList<>();
    statements.forEach(statement -> decisions.add(version.decide(subject, resource, statement)));
    return PolicyJson.decisions(id, decisions);
  }

  private StoredVersion version(HttpServerExchange exchange) throws ApiError {
    return versions
        .find(ApprovalOperations.id(exchange).toLowerCase(Locale.ROOT))
        .orElseThrow(ApiError::noSuchVersion);
  }

  private Subject officer(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    if (!versions.isOfficer(subject)) {
      throw refused(Why.NOT_OFFICER, "only compliance officers may do this");
    }
    return subject;
  }

  private void reader(HttpServerExchange exchange) throws ApiError {
    Subject subject = caller.require(exchange).subject();
    boolean isAuditor = subject.kind() == Subject.Kind.HUMAN && subject.groups().contains(auditors);
    if (!isAuditor && !versions.isOfficer(subject)) {
      throw ApiError.refused(
          403,
          "not_reader",
          "only compliance officers and auditors may look at the policy",
          "ask one of them");
    }
  }
}
