package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
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

    RefusedException(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** Asks for both. */
  static Preview of(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    Optional<JsonNode> live =
        asked.info().name().isEmpty() ? Optional.empty() : live(upstream, asked);
    if (asked.info().verb() == Verb.DELETE || asked.connects()) {
      return new Preview(live, Optional.empty());
    }
    return new Preview(live, Optional.of(result(upstream, asked)));
  }

  /** The object as it is. */
  static Optional<JsonNode> live(Forwarding upstream, Asked asked) throws IOException {
    try (UpstreamResponse answer = upstream.live(asked)) {
      JsonNode object = Forwarding.object(answer);
      return answer.status() == 200 ? Optional.of(object) : Optional.empty();
    }
  }

  /** What a patch makes of the object: the patch itself does not say. */
  static JsonNode result(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    try (UpstreamResponse answer = upstream.dryRun(asked)) {
      JsonNode object = Forwarding.object(answer);
      if (answer.status() >= 300) {
        throw new RefusedException(answer.status(), object.path("message").asText(""));
      }
      return object;
    }
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

  /** What the object is; empty where there is none. */
  String state() {
    return live.map(Preview::version).orElse("");
  }

  /** Whether the object is still what it was. */
  static boolean isStill(String state, Forwarding upstream, Asked asked) throws IOException {
    return state.isEmpty() || live(upstream, asked).map(Preview::version).orElse("").equals(state);
  }

  private static String version(JsonNode object) {
    return object.at("/metadata/resourceVersion").asText("");
  }
}
