package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.kubernetes.request.BodyFacts;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a request would do, asked of the API server itself before it may.
 *
 * @param live the object as it is; empty where there is none
 * @param result what would be stored; empty where nothing would
 */
record Preview(Optional<JsonNode> live, Optional<JsonNode> result) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The API server refuses the request, dry run or not: its answer is the answer. */
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    RefusedException(int status) {
      super("refused by the API server", null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** Asks for both. */
  static Preview of(Release release, Asked asked) throws IOException, RefusedException {
    Optional<JsonNode> live =
        asked.info().name().isEmpty() ? Optional.empty() : live(release, asked);
    if (asked.info().verb() == Verb.DELETE || asked.connects()) {
      return new Preview(live, Optional.empty());
    }
    return new Preview(live, Optional.of(result(release, asked)));
  }

  /** The object as it is. */
  static Optional<JsonNode> live(Release release, Asked asked) throws IOException {
    try (UpstreamResponse answer = release.live(asked)) {
      JsonNode object = Release.object(answer);
      return answer.status() == 200 ? Optional.of(object) : Optional.empty();
    }
  }

  /** What a patch makes of the object: the patch itself does not say. */
  static JsonNode result(Release release, Asked asked) throws IOException, RefusedException {
    try (UpstreamResponse answer = release.dryRun(asked)) {
      JsonNode object = Release.object(answer);
      if (answer.status() >= 300) {
        throw new RefusedException(answer.status());
      }
      return object;
    }
  }

  static KubeRequest.Body facts(Asked asked, JsonNode result) {
    return BodyFacts.of(asked.info(), result);
  }

  /** What an approver is shown. */
  List<Exhibit> exhibits(boolean isSecret) {
    if (result.isEmpty()) {
      return live.map(
              object ->
                  List.of(
                      new Exhibit(
                          "The object as it is", Exhibit.Format.TEXT, text(object, isSecret))))
          .orElseGet(List::of);
    }
    String after = text(result.get(), isSecret);
    return List.of(
        live.isEmpty()
            ? new Exhibit("What is created, by a dry run", Exhibit.Format.TEXT, after)
            : new Exhibit(
                "What changes, by a dry run",
                Exhibit.Format.DIFF,
                LineDiff.of(text(live.get(), isSecret), after)));
  }

  private static String text(JsonNode object, boolean isSecret) {
    JsonNode shown = ObjectMask.ofSecrets().masked(object, isSecret);
    if (shown.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("managedFields", "resourceVersion", "generation"));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shown);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  /** Whether the object is still the one that was shown. */
  boolean stillHolds(Release release, Asked asked) throws IOException {
    if (live.isEmpty()) {
      return true;
    }
    return live(release, asked).map(Preview::version).equals(live.map(Preview::version));
  }

  private static String version(JsonNode object) {
    return object.at("/metadata/resourceVersion").asText("");
  }
}
