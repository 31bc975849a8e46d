package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Streams of changes, a line each. */
final class Watches {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Objects objects;

  Watches(Objects objects) {
    this.objects = objects;
  }

  /**
   * Ends when the client leaves.
   *
   * @param since the version that the client knows; zero if it knows nothing yet
   */
  void serve(
      HttpExchange exchange,
      Kind kind,
      String namespace,
      String name,
      long since,
      boolean asTable,
      boolean whole)
      throws IOException, InterruptedException {
    BlockingQueue<Optional<Objects.Change>> changes = new LinkedBlockingQueue<>();
    exchange.onClosed(() -> changes.add(Optional.empty()));
    try (AutoCloseable _ =
            objects.watch(
                since == 0 ? Long.MAX_VALUE : since, change -> changes.add(Optional.of(change)));
        OutputStream out =
            exchange.respond(200, HttpFields.of("Content-Type", "application/json"))) {
      if (since == 0) {
        for (ObjectNode object : objects.list(kind, namespace)) {
          changes.add(Optional.of(new Objects.Change(0, "ADDED", kind, object)));
        }
      }
      out.flush();
      for (Optional<Objects.Change> next = changes.take();
          next.isPresent();
          next = changes.take()) {
        Objects.Change change = next.get();
        ObjectNode object = change.object();
        if (change.kind().equals(kind) && isAbout(object, namespace, name)) {
          JsonNode shown =
              asTable ? Tables.of(kind, List.of(object), whole, objects.version()) : object;
          ObjectNode event = JSON.createObjectNode().put("type", change.type());
          event.set("object", shown);
          out.write(JSON.writeValueAsBytes(event));
          out.write('\n');
          out.flush();
        }
      }
    } catch (IOException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a watch cannot be ended", e);
    }
  }

  private static boolean isAbout(ObjectNode object, String namespace, String name) {
    JsonNode metadata = object.path("metadata");
    return (namespace.isEmpty() || metadata.path("namespace").asText().equals(namespace))
        && (name.isEmpty() || metadata.path("name").asText().equals(name));
  }

  /** Knows selectors of equality alone. */
  static boolean isSelected(ObjectNode object, Optional<String> selector) {
    for (String term : selector.orElse("").split(",", -1)) {
      String[] sides = term.split("==?", 2);
      if (sides.length == 2
          && !object.at("/metadata/labels").path(sides[0]).asText().equals(sides[1])) {
        return false;
      }
    }
    return true;
  }
}
