package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request would do, asked of the API server itself before it may.
 *
 * @param found what is there
 * @param result what would be stored; empty where nothing would, and where nobody can ask
 */
record Preview(Found found, Optional<JsonNode> result) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What it belongs to, and how long it stays when it has finished. */
  private static final List<String> REASONS_TO_GO =
      List.of("/metadata/ownerReferences", "/spec/ttlSecondsAfterFinished");

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

  /** Looks, and asks for a dry run where there is one. */
  static Preview of(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    Found found = look(upstream, asked);
    return new Preview(
        found, asked.canBeDry() ? Optional.of(result(upstream, asked).object()) : Optional.empty());
  }

  /**
   * What is there.
   *
   * @throws RefusedException if the API server does not show it: that is not the same as nothing
   */
  private static Found look(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    boolean isMany = asked.info().verb() == Verb.DELETECOLLECTION;
    if (!isMany && asked.info().name().isEmpty()) {
      return new Found.Unnamed();
    }
    try (UpstreamResponse answer = isMany ? upstream.many(asked) : upstream.live(asked)) {
      if (answer.status() == 404 && !isMany) {
        return new Found.Nothing();
      }
      JsonNode object = Forwarding.object(answer);
      if (answer.status() != 200) {
        throw new RefusedException(answer.status(), object.path("message").asText(""));
      }
      return isMany ? new Found.Many(object) : new Found.One(object);
    }
  }

  /** How many of a workload there are to be now; of one that is not there none. */
  static long replicas(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    return look(upstream, asked) instanceof Found.One(JsonNode object)
        ? object.at("/spec/replicas").asLong(asked.unsaidReplicas())
        : 0;
  }

  /** Whether the object says of itself that its values stay as they are. */
  static boolean isImmutable(Forwarding upstream, Asked asked)
      throws IOException, RefusedException {
    return look(upstream, asked) instanceof Found.One(JsonNode object)
        && object.path("immutable").asBoolean();
  }

  /**
   * Whether an object goes by itself then, for reasons that it has not now: the garbage collector
   * deletes what belongs to nobody who is there, and what is to go when it has finished.
   *
   * @param after what a change makes of it
   */
  static boolean isLeftToGo(Forwarding upstream, Asked asked, JsonNode after)
      throws IOException, RefusedException {
    List<String> reasons =
        REASONS_TO_GO.stream()
            .filter(reason -> after.at(reason).isNumber() || !after.at(reason).isEmpty())
            .toList();
    return !reasons.isEmpty()
        && look(upstream, asked) instanceof Found.One(JsonNode before)
        && reasons.stream().anyMatch(reason -> !after.at(reason).equals(before.at(reason)));
  }

  /**
   * What a patch would make.
   *
   * @param isNew whether there is no such object yet
   */
  record Made(JsonNode object, boolean isNew) {}

  /** Whether no object of that name is there. */
  static boolean isMissing(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    return look(upstream, asked) instanceof Found.Nothing;
  }

  /** What a request makes of its object: a patch itself does not say. */
  static Made result(Forwarding upstream, Asked asked) throws IOException, RefusedException {
    try (UpstreamResponse answer = upstream.dryRun(asked)) {
      JsonNode object = Forwarding.object(answer);
      if (answer.status() >= 300) {
        throw new RefusedException(answer.status(), object.path("message").asText(""));
      }
      return new Made(object, answer.status() == 201);
    }
  }

  /** What an approver is shown. */
  List<Exhibit> exhibits(boolean isSecret) {
    return switch (found) {
      case Found.One(JsonNode object) -> changes(object, isSecret);
      case Found.Many many -> List.of(text("The objects that go", names(many)));
      case Found.Nothing _, Found.Unnamed _ ->
          result
              .map(made -> List.of(text("What is created, by a dry run", text(made, isSecret))))
              .orElseGet(List::of);
    };
  }

  private List<Exhibit> changes(JsonNode live, boolean isSecret) {
    String before = text(live, isSecret);
    if (result.isEmpty()) {
      return List.of(text("The object as it is", before));
    }
    String after = text(result.get(), isSecret);
    if (!live.path("kind").equals(result.get().path("kind"))) {
      // An eviction, say: what it answers is not the pod.
      return List.of(text("The object as it is", before), text("The answer to a dry run", after));
    }
    return List.of(
        new Exhibit("What changes, by a dry run", Exhibit.Format.DIFF, LineDiff.of(before, after)));
  }

  private static Exhibit text(String title, String content) {
    return new Exhibit(title, Exhibit.Format.TEXT, content);
  }

  private static String names(Found.Many many) {
    List<String> lines = new ArrayList<>();
    List<String> names = many.names();
    lines.add(names.size() + (many.isCut() ? " and more, which are not shown:" : " in all:"));
    lines.addAll(names);
    return String.join("\n", lines);
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

  /**
   * Whether what the approver was shown is still what is there.
   *
   * @param state of what was shown; empty where nothing was
   * @throws IOException if it cannot be seen
   */
  static boolean isStill(String state, Forwarding upstream, Asked asked) throws IOException {
    if (state.isEmpty()) {
      return true;
    }
    try {
      return look(upstream, asked).state().equals(state);
    } catch (RefusedException e) {
      throw new IOException("the API server does not show the object any more: " + e.status(), e);
    }
  }
}
