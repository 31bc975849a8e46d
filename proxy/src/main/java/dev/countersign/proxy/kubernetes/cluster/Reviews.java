package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.RequestInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** Questions that are answered and not stored: who one is, what one may do, a token. */
final class Reviews {

  private static final Set<String> QUESTIONS =
      Set.of(
          "selfsubjectaccessreviews.authorization.k8s.io",
          "selfsubjectrulesreviews.authorization.k8s.io",
          "selfsubjectreviews.authentication.k8s.io",
          "serviceaccounts/token");

  /** Opens nothing; it only looks like one. */
  private static final String TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.";

  private Reviews() {}

  static boolean answers(RequestInfo info) {
    return QUESTIONS.contains(info.object());
  }

  /** The question with its answer. */
  static ObjectNode answer(RequestInfo info, ObjectNode question, HttpFields fields) {
    ObjectNode status = question.putObject("status");
    switch (info.object()) {
      case "selfsubjectaccessreviews.authorization.k8s.io" -> {
        String group = question.at("/spec/resourceAttributes/group").asText("");
        String resource = question.at("/spec/resourceAttributes/resource").asText("");
        status.put("allowed", Kind.find(group, resource).isPresent());
      }
      case "selfsubjectrulesreviews.authorization.k8s.io" -> {
        ObjectNode rule = status.putArray("resourceRules").addObject();
        for (String part : new String[] {"verbs", "apiGroups", "resources"}) {
          rule.putArray(part).add("*");
        }
        status.putArray("nonResourceRules");
        status.put("incomplete", false);
      }
      case "selfsubjectreviews.authentication.k8s.io" -> {
        ObjectNode user = status.putObject("userInfo");
        user.put("username", fields.first("impersonate-user").orElse("administrator"));
        ArrayNode groups = user.putArray("groups");
        fields.values("impersonate-group").forEach(groups::add);
      }
      default ->
          status
              .put("token", TOKEN)
              .put(
                  "expirationTimestamp",
                  Instant.now()
                      .plus(Duration.ofHours(1))
                      .truncatedTo(ChronoUnit.SECONDS)
                      .toString());
    }
    return question;
  }
}
