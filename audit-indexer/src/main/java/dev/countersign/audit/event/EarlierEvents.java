package dev.countersign.audit.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Events as earlier builds wrote them: what these did not know yet is said as they meant it. */
final class EarlierEvents {

  private EarlierEvents() {}

  /** Adds to facts what they lack. */
  static void completeFacts(JsonNode facts) {
    switch (facts.path("kind").asText()) {
      case "sql" -> facts.path("accesses").forEach(EarlierEvents::completeAccess);
      case "git" -> facts.path("updates").forEach(EarlierEvents::completeUpdate);
      case "kubernetes" -> completeRequest(facts.path("request"));
      default -> {}
    }
  }

  /** Adds to the end of a command what it lacks: bytes were not counted. */
  static void completeEnd(JsonNode end) {
    if (end instanceof ObjectNode fields && !fields.has("bytes")) {
      fields.put("bytes", 0);
    }
  }

  private static void completeAccess(JsonNode access) {
    if (access instanceof ObjectNode fields && !fields.has("partOf")) {
      fields.putArray("partOf");
    }
  }

  private static void completeUpdate(JsonNode update) {
    if (update instanceof ObjectNode fields && !fields.has("atomic")) {
      fields.put("atomic", false);
    }
    if (update.path("commits") instanceof ObjectNode commits) {
      if (!commits.has("signed")) {
        commits.put(
            "signed", commits.path("allSigned").asBoolean() ? commits.path("count").asInt() : 0);
      }
      if (!commits.has("listed")) {
        commits.putArray("listed");
      }
    }
  }

  private static void completeRequest(JsonNode request) {
    if (request instanceof ObjectNode fields && !fields.has("details")) {
      ObjectNode details = fields.putObject("details");
      details.put("container", "").put("labels", "").put("fields", "").putNull("replicas");
      details.putArray("limits");
    }
  }
}
