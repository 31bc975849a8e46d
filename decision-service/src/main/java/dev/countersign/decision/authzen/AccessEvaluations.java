package dev.countersign.decision.authzen;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers the Access Evaluation and Access Evaluations APIs (sections 6 and 7) by the policy in
 * force. All questions of one request are put to one version of it. Safe for any number of threads.
 */
public final class AccessEvaluations {

  private static final int MOST_EVALUATIONS = 100;
  private static final Set<String> BATCH_MEMBERS =
      Set.of("subject", "action", "resource", "context", "evaluations", "options");

  /** When a batch ends early; section 7.1.2. */
  private enum Semantic {
    EXECUTE_ALL,
    DENY_ON_FIRST_DENY,
    PERMIT_ON_FIRST_PERMIT;

    boolean endsWith(boolean permitted) {
      return switch (this) {
        case EXECUTE_ALL -> false;
        case DENY_ON_FIRST_DENY -> !permitted;
        case PERMIT_ON_FIRST_PERMIT -> permitted;
      };
    }
  }

  private final Policy policy;
  private final AccessRequestReader reader;

  /**
   * @param parser the facts of a SQL text; throws {@link IllegalArgumentException} on others
   * @param registered the resources whose labels the gateway knows
   */
  public AccessEvaluations(
      Policy policy,
      Function<String, List<SqlStatement>> parser,
      Supplier<List<Resource>> registered) {
    this.policy = policy;
    this.reader = new AccessRequestReader(parser, registered);
  }

  /** Answers one question. */
  public ObjectNode evaluate(JsonNode request) throws MalformedRequestException {
    return evaluate(policy.current(), request, "");
  }

  /** Answers a batch; one without questions of its own is a single question. */
  public ObjectNode evaluateAll(JsonNode request) throws MalformedRequestException {
    Members batch = Members.of(request, "");
    batch.only(BATCH_MEMBERS);
    JsonNode evaluations = request.path("evaluations");
    if (evaluations.isMissingNode() || (evaluations.isArray() && evaluations.isEmpty())) {
      return evaluate(question(request, request));
    }
    if (!evaluations.isArray() || evaluations.size() > MOST_EVALUATIONS) {
      throw new MalformedRequestException(
          "/evaluations",
          evaluations.isArray() ? "more" : "something else",
          "an array of at most " + MOST_EVALUATIONS + " objects");
    }
    Members options = batch.objectOrEmpty("options");
    Semantic semantic =
        options.has("evaluations_semantic")
            ? options.word("evaluations_semantic", Semantic.class)
            : Semantic.EXECUTE_ALL;
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    ArrayNode answers = out.putArray("evaluations");
    PolicyVersion version = policy.current();
    for (int i = 0; i < evaluations.size(); i++) {
      ObjectNode answer = evaluateOne(version, request, evaluations.get(i), "/evaluations/" + i);
      answers.add(answer);
      if (semantic.endsWith(answer.path("decision").booleanValue())) {
        break;
      }
    }
    return out;
  }

  /** A question that cannot be read is answered by a denial, so that the others are answered. */
  private ObjectNode evaluateOne(
      PolicyVersion version, JsonNode defaults, JsonNode evaluation, String pointer) {
    try {
      Members.of(evaluation, pointer).only(AccessRequestReader.MEMBERS);
      return evaluate(version, question(evaluation, defaults), pointer);
    } catch (MalformedRequestException e) {
      return EvaluationJson.error(400, String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode question(JsonNode evaluation, JsonNode defaults) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    for (String member : AccessRequestReader.MEMBERS) {
      JsonNode value = evaluation.has(member) ? evaluation.get(member) : defaults.get(member);
      if (value != null) {
        whole.set(member, value);
      }
    }
    return whole;
  }

  private ObjectNode evaluate(PolicyVersion version, JsonNode request, String pointer)
      throws MalformedRequestException {
    AccessRequest wanted = reader.read(request, pointer);
    return EvaluationJson.answer(decide(version, wanted), wanted.masks());
  }

  /** Statements are as strict as the strictest. */
  private static Decision decide(PolicyVersion version, AccessRequest wanted) {
    return switch (wanted.action()) {
      case AccessRequest.Action.Sql(List<SqlStatement> statements) ->
          statements.stream()
              .map(one -> version.decide(wanted.subject(), wanted.resource(), one))
              .max(Comparator.comparing(Decision::verdict))
              .orElseThrow();
      case AccessRequest.Action.Git(var update) ->
          version.decide(wanted.subject(), wanted.resource(), update);
      case AccessRequest.Action.Kubernetes(var asked) ->
          version.decide(wanted.subject(), wanted.resource(), asked);
      case AccessRequest.Action.Grant(var time) ->
          version.access(wanted.subject(), wanted.resource(), time);
    };
  }
}
