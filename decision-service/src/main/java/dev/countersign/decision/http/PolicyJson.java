package dev.countersign.decision.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.Person;
import dev.countersign.decision.policy.StoredVersion;
import dev.countersign.rules.verdict.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON about versions of the policy. */
final class PolicyJson {

  static final String ACTIVATION = "{\"replacing\": <id or null>, \"reason\": …}";
  static final String QUESTION =
      "{\"sql\": …, \"groups\": […], \"resource\": …, \"environment\": …}";

  /** The wish to put a version in force. */
  record ActivationBody(
      @JsonProperty("replacing") @Nullable String replacing,
      @JsonProperty("reason") @Nullable String reason) {}

  /** A command that a version is asked about. */
  record QuestionBody(
      @JsonProperty("sql") @Nullable String sql,
      @JsonProperty("groups") @Nullable List<String> groups,
      @JsonProperty("resource") @Nullable String resource,
      @JsonProperty("environment") @Nullable String environment) {}

  private PolicyJson() {}

  static ObjectNode version(StoredVersion version) {
    ObjectNode out = ApiJson.object();
    out.put("id", version.id());
    out.set("submitter", person(version.submitter()));
    out.put("submitted", version.submitted().toString());
    out.put("fourEyes", version.fourEyes());
    out.put("rows", version.rows());
    out.put("tests", version.tests());
    return out;
  }

  static ObjectNode activation(Activation activation) {
    ObjectNode out = ApiJson.object();
    out.put("number", activation.number());
    out.put("version", activation.version());
    out.put("replaced", activation.replaced().orElse(null));
    out.set("by", person(activation.by()));
    out.put("at", activation.at().toString());
    out.put("reason", activation.reason());
    return out;
  }

  /** What a version says, statement by statement. */
  static ObjectNode decisions(String version, List<Decision> decisions) {
    ObjectNode out = ApiJson.object();
    out.put("version", version);
    ArrayNode list = out.putArray("statements");
    for (Decision decision : decisions) {
      ObjectNode one = list.addObject();
      one.put("verdict", decision.verdict().name());
      one.put("rule", decision.why().deciding().rule());
      ArrayNode rows = one.putArray("rows");
      decision.why().rows().forEach(row -> rows.add(ApiJson.row(row)));
    }
    return out;
  }

  private static ObjectNode person(Person person) {
    ObjectNode out = ApiJson.object();
    out.put("issuer", person.issuer());
    out.put("id", person.id());
    out.put("name", person.name());
    return out;
  }
}
