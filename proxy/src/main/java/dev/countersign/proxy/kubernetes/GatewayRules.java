package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.RequestInfo;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules that no workbook can lift: ways around everything that rows say. */
final class GatewayRules {

  private static final Set<String> PLAIN = Set.of("version", "healthz", "livez", "readyz");
  private static final Set<String> METRICS = Set.of("/metrics", "/stats/summary");

  /** Of which most of what is hidden cannot be changed. */
  private static final Set<String> UNCHANGEABLE =
      Set.of("pods", "jobs.batch", "controllerrevisions.apps");

  /** The rule against guesses at what cannot be changed. */
  static final String IMMUTABLE = "K8S-IMMUTABLE";

  private static final Set<String> MAY_BE_IMMUTABLE = Set.of("secrets", "configmaps");

  /** Of any object. */
  private static final Set<String> COMMON = Set.of("", "status", "scale");

  /** Of some: pods/log is read line by line, nodes/log is a kubelet's disk. */
  private static final Set<String> SUBRESOURCES =
      Set.of(
          "pods/log",
          "pods/exec",
          "pods/attach",
          "pods/portforward",
          "pods/proxy",
          "services/proxy",
          "nodes/proxy",
          "pods/eviction",
          "pods/binding",
          "pods/ephemeralcontainers",
          "pods/resize",
          "namespaces/finalize",
          "certificatesigningrequests.certificates.k8s.io/approval",
          "serviceaccounts/token");

  private GatewayRules() {}

  /** The rule that blocks, if one does. */
  static Optional<MatchedRow> blocking(Asked asked) {
    RequestInfo info = asked.info();
    if (!info.isResource()) {
      return isDescription(asked)
          ? Optional.empty()
          : block(
              "K8S-PATH",
              asked,
              "only what describes the API is served beside its resources",
              "Ask for a resource.");
    }
    if (info.verb() == Verb.OTHER) {
      return block("K8S-METHOD", asked, "a method that the API server has no verb for", "");
    }
    if (!COMMON.contains(info.subresource()) && !SUBRESOURCES.contains(info.object())) {
      return block("K8S-SUBRESOURCE", asked, "a subresource that the gateway does not know", "");
    }
    if (info.subresource().equals("proxy") && !isMetrics(asked)) {
      return block(
          "K8S-PROXY",
          asked,
          "what goes through this proxy nobody can see",
          "Use kubectl port-forward, or logs.");
    }
    if (isSecretOfType(asked, "kubernetes.io/service-account-token")) {
      return block(
          "K8S-TOKEN",
          asked,
          "a Secret of this type is filled with a token that does not expire",
          "Ask for a bound token: kubectl create token.");
    }
    if (isSecretOfType(asked, "bootstrap.kubernetes.io/token")) {
      return block(
          "K8S-TOKEN",
          asked,
          "who writes a Secret of this type signs in with it, in groups of their own choice",
          "");
    }
    return Optional.empty();
  }

  private static Optional<MatchedRow> block(String rule, Asked asked, String reason, String hint) {
    return Optional.of(MatchedRow.builtIn(rule, asked.facts().toString(), reason, hint));
  }

  private static boolean isDescription(Asked asked) {
    if (asked.info().verb() != Verb.GET || asked.path().segments().isEmpty()) {
      return false;
    }
    String first = asked.path().segments().getFirst();
    int size = asked.path().segments().size();
    return switch (first) {
      case "api" -> size <= 2;
      case "apis" -> size <= 3;
      case "openapi" -> true;
      default -> PLAIN.contains(first) && size <= 2;
    };
  }

  /** Of a kubelet: the two paths that say nothing of what runs there. */
  private static boolean isMetrics(Asked asked) {
    return asked.info().base().equals("nodes")
        && asked.method().equals("GET")
        && METRICS.contains(asked.info().rest());
  }

  private static boolean isSecretOfType(Asked asked, String type) {
    return asked.info().base().equals("secrets")
        && asked.body().map(JsonNode::toString).filter(body -> body.contains(type)).isPresent();
  }

  /**
   * The rule that keeps who may not see a value from asking about it, or writing over it.
   *
   * @param hidden what is hidden
   */
  static Optional<MatchedRow> probing(Asked asked, HiddenValues hidden) {
    if (hidden.areSelected(asked.query())) {
      return block(
          "K8S-SELECT",
          asked,
          "which objects are selected tells a value that is hidden",
          "Select by something that is shown.");
    }
    List<String> operations = operations(asked);
    if (operations.contains("test")) {
      return block(
          "K8S-TEST",
          asked,
          "the answer to a test tells a value that is hidden",
          "Leave the test out.");
    }
    if (operations.contains("copy") || operations.contains("move")) {
      return block(
          "K8S-COPY",
          asked,
          "a copy may show a hidden value where nothing is hidden",
          "Add and remove fields with values of your own.");
    }
    if (asksForConflicts(asked) && hidden.areBroughtBy(asked)) {
      return block(
          "K8S-CONFLICT",
          asked,
          "a conflict tells that a value is another than the hidden one",
          "Use kubectl apply --server-side --force-conflicts, or kubectl apply.");
    }
    if (isTrial(asked) && hidden.areBroughtBy(asked)) {
      return block(
          "K8S-DRY-RUN",
          asked,
          "what a dry run would change tells a value that is hidden",
          "Use --dry-run=client, which asks nobody.");
    }
    if (isUnchangeable(asked) && hidden.areBroughtBy(asked)) {
      return Optional.of(guessing(asked));
    }
    if (writesMask(asked)) {
      return block(
          "K8S-MASK",
          asked,
          "it has the mask where a hidden value stands, and would write it over that",
          "Leave out what you were not shown: use kubectl patch with the fields that change.");
    }
    return Optional.empty();
  }

  /** Of a JSON patch. */
  private static List<String> operations(Asked asked) {
    return asked.format().equals(Optional.of(BodyReader.Format.JSON_PATCH))
        ? asked.body().map(body -> body.findValuesAsText("op")).orElse(List.of())
        : List.of();
  }

  /** Nothing is lost by a guess of which nothing is stored. */
  private static boolean isTrial(Asked asked) {
    return asked.facts().dryRun() && changes(asked);
  }

  /** Of two managers of a field the API server lets the second be one who says the same. */
  private static boolean asksForConflicts(Asked asked) {
    return asked.format().equals(Optional.of(BodyReader.Format.APPLY))
        && !asked.query().isTrue("force");
  }

  /** Nothing is lost by a guess at what the API server lets nobody change, either. */
  private static boolean isUnchangeable(Asked asked) {
    return UNCHANGEABLE.contains(asked.info().base()) && changes(asked);
  }

  private static boolean changes(Asked asked) {
    return asked.info().verb() == Verb.UPDATE || asked.info().verb() == Verb.PATCH;
  }

  /** Whether it would be a guess, if its object is one that says of itself that it is immutable. */
  static boolean mayGuess(Asked asked) {
    return MAY_BE_IMMUTABLE.contains(asked.info().base())
        && changes(asked)
        && asked.body().filter(HiddenValues::hasValues).isPresent();
  }

  /** Why a guess is blocked. */
  static MatchedRow guessing(Asked asked) {
    return MatchedRow.builtIn(
        IMMUTABLE,
        asked.facts().toString(),
        "whether the API server takes a value that nobody can change tells the hidden one",
        "Delete the object and create it anew.");
  }

  private static boolean writesMask(Asked asked) {
    return asked.body().filter(GatewayRules::hasMask).isPresent();
  }

  private static boolean hasMask(JsonNode node) {
    if (node.isTextual()) {
      return ObjectMask.isMask(node.textValue());
    }
    for (JsonNode each : node) {
      if (hasMask(each)) {
        return true;
      }
    }
    return false;
  }
}
