package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What was there when somebody looked at what a request is about. */
sealed interface Found {

  /** The object that the request names. */
  record One(JsonNode object) implements Found {}

  /** No object of that name: that none is there is looked at again, too. */
  record Nothing() implements Found {}

  /**
   * The objects that a deletion of many would take.
   *
   * @param list as the API server answers it
   */
  record Many(JsonNode list) implements Found {

    /** Each as {@code namespace/name}. */
    List<String> names() {
      List<String> names = new ArrayList<>();
      for (JsonNode item : list.path("items")) {
        String namespace = item.at("/metadata/namespace").asText("");
        names.add(
            (namespace.isEmpty() ? "" : namespace + "/") + item.at("/metadata/name").asText(""));
      }
      return names;
    }

    /** Whether there are more than were read. */
    boolean isCut() {
      return !list.at("/metadata/continue").asText("").isEmpty();
    }

    /** Which objects they are, whatever becomes of them meanwhile. */
    private String identity() {
      StringBuilder identity = new StringBuilder(isCut() ? "cut\n" : "whole\n");
      for (JsonNode item : list.path("items")) {
        identity.append(item.at("/metadata/uid").asText("")).append('\n');
      }
      return identity.toString();
    }
  }

  /** The request names nothing that could be looked at: what it makes is new. */
  record Unnamed() implements Found {}

  /** What it is compared by before the request is released; empty where nobody looked. */
  default String state() {
    return switch (this) {
      case One(JsonNode object) -> "version " + object.at("/metadata/resourceVersion").asText("");
      case Nothing _ -> "absent";
      case Many many -> "objects " + Digest.hex(many.identity().getBytes(UTF_8));
      case Unnamed _ -> "";
    };
  }
}
