package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import java.io.IOException;
import java.io.OutputStream;

/** Answers of the cluster: objects, and {@code Status} objects where there is none. */
final class Answers {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Answers() {}

  static void notFound(HttpExchange exchange, Kind kind, String name) throws IOException {
    answer(exchange, 404, status(404, "NotFound", kind.plural() + " \"" + name + "\" not found"));
  }

  static ObjectNode status(int code, String reason, String message) {
    ObjectNode status = JSON.createObjectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.put("message", message).put("reason", reason).put("code", code);
    return status;
  }

  static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    write(exchange, status, "application/json", body);
  }

  static void write(HttpExchange exchange, int status, String type, JsonNode body)
      throws IOException {
    try (OutputStream out = exchange.respond(status, HttpFields.of("Content-Type", type))) {
      out.write(JSON.writeValueAsBytes(body));
    }
  }
}
