package dev.countersign.audit.evidence;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.index.Reading.Read;
import dev.countersign.audit.query.Field;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Each approval from the request over the answers to what came of it: a line of JSON each. */
final class ApprovalChains {

  private final Map<String, ObjectNode> chains = new LinkedHashMap<>();
  private final Map<String, String> byDecision = new LinkedHashMap<>();

  void next(Read read, Instant from) {
    String decision = read.decision().orElse("");
    String time = read.recorded().time().toString();
    switch (read.recorded().event()) {
      case Event.ApprovalRequested e when !read.recorded().time().isBefore(from) -> {
        ObjectNode chain = JsonNodeFactory.instance.objectNode();
        chain
            .put("approval", e.approval())
            .put("digest", e.digest())
            .put("decision", decision)
            .put("subject", read.text(Field.SUBJECT))
            .put("onBehalfOf", read.text(Field.OWNER))
            .put("resource", read.text(Field.RESOURCE))
            .put("rules", read.text(Field.RULE))
            .put("policy", read.text(Field.POLICY))
            .put("requested", time)
            .put("expires", e.expires().toString())
            .putArray("answers");
        chains.put(e.approval(), chain);
        byDecision.put(decision, e.approval());
      }
      case Event.ApprovalAnswered e -> {
        ObjectNode chain = chains.get(e.approval());
        if (chain != null) {
          ObjectNode answer = chain.withArrayProperty("answers").addObject();
          answer.put("time", time).put("answer", e.answer().name()).put("comment", e.comment());
          e.approver().ifPresent(by -> answer.put("approver", by.id()).put("issuer", by.issuer()));
        }
      }
      case Event.CommandCompleted e -> {
        ObjectNode chain = chains.get(byDecision.getOrDefault(decision, ""));
        if (chain != null) {
          chain.put("completed", time).put("status", e.status()).put("rows", e.rows());
        }
      }
      default -> {}
    }
  }

  /** JSON lines. */
  String lines() {
    StringBuilder out = new StringBuilder();
    JsonMapper json = EvidenceJson.lines();
    chains.values().forEach(chain -> out.append(EvidenceJson.text(json, chain)).append('\n'));
    return out.toString();
  }
}
