package dev.countersign.cli.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.reconcile.Difference;
import dev.countersign.audit.reconcile.Outcome;

/** What {@code countersign audit reconcile --json} prints. */
final class ReconcileJson {

  private ReconcileJson() {}

  static String of(String resource, Outcome outcome) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("resource", resource)
        .put("from", outcome.from().map(Object::toString).orElse(null))
        .put("until", outcome.until().map(Object::toString).orElse(null))
        .put("entries", outcome.entries())
        .put("released", outcome.matched())
        .put("gatewaysOwn", outcome.gatewaysOwn())
        .put("ignored", outcome.ignored())
        .put("outside", outcome.outside())
        .put("count", outcome.count());
    ArrayNode list = json.putArray("differences");
    for (Difference difference : outcome.differences()) {
      list.addObject()
          .put("kind", difference.kind().name())
          .put("time", difference.time().toString())
          .put("where", difference.where())
          .put("who", difference.who())
          .put("what", difference.what());
    }
    return json.toPrettyString();
  }
}
