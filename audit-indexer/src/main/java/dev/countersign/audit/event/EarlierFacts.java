package dev.countersign.audit.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Facts as earlier builds wrote them: what these did not know yet is said as they meant it. */
final class EarlierFacts {

  private EarlierFacts() {}

  /** Adds to facts what they lack. */
  static void complete(JsonNode facts) {
    if (!facts.path("kind").asText().equals("git")) {
      return;
    }
    for (JsonNode update : facts.path("updates")) {
      if (update instanceof ObjectNode fields && !fields.has("atomic")) {
        fields.put("atomic", false);
      }
      if (update.path("commits") instanceof ObjectNode commits && !commits.has("signed")) {
        commits.put(
            "signed", commits.path("allSigned").asBoolean() ? commits.path("count").asInt() : 0);
      }
    }
  }
}
