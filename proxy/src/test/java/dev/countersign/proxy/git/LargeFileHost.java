package dev.countersign.proxy.git;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Git LFS of a host, as its documents describe it: the files are in a store of another address,
 * which wants a password of its own.
 */
final class LargeFileHost implements AutoCloseable {

  static final String STORE_PASSWORD = "Bearer the-store-knows";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer store;
  private final AtomicInteger numbers = new AtomicInteger();

  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final Map<String, String> locks = new ConcurrentHashMap<>();
  final Map<String, Long> verified = new ConcurrentHashMap<>();

  /** Where files are said to be; the store if it is empty. */
  volatile String elsewhere = "";

  /** What it answers of any file, if that is an error. */
  volatile int error;

  LargeFileHost() throws IOException {
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    store.createContext("/", this::store);
    store.start();
  }

  private void store(HttpExchange exchange) throws IOException {
    try (exchange) {
      String id = exchange.getRequestURI().getPath().substring(1);
      if (!STORE_PASSWORD.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        files.put(id, exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(200, -1);
      } else if (files.containsKey(id)) {
        exchange.sendResponseHeaders(200, files.get(id).length);
        exchange.getResponseBody().write(files.get(id));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** Answers what is asked behind {@code info/lfs}, by somebody who has logged in. */
  void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String what = path.substring(path.indexOf("/info/lfs/") + "/info/lfs/".length());
    byte[] body = exchange.getRequestBody().readAllBytes();
    JsonNode asked = body.length == 0 ? json.createObjectNode() : json.readTree(body);
    ObjectNode answer = json.createObjectNode();
    int status = 200;
    if (what.equals("objects/batch")) {
      batch(exchange, asked, answer);
    } else if (what.equals("verify")) {
      verified.put(asked.path("oid").asText(), asked.path("size").asLong());
    } else if (what.equals("locks/verify")) {
      answer.putArray("theirs");
      list(answer.putArray("ours"));
    } else if (what.endsWith("/unlock")) {
      String id = what.split("/", -1)[1];
      lock(answer.putObject("lock"), id);
      locks.remove(id);
    } else if (exchange.getRequestMethod().equals("POST")) {
      String id = String.valueOf(numbers.incrementAndGet());
      locks.put(id, asked.path("path").asText());
      lock(answer.putObject("lock"), id);
      status = 201;
    } else {
      list(answer.putArray("locks"));
    }
    byte[] bytes = json.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.git-lfs+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void batch(HttpExchange exchange, JsonNode asked, ObjectNode answer) {
    boolean upload = asked.path("operation").asText().equals("upload");
    ArrayNode objects = answer.putArray("objects");
    for (JsonNode each : asked.path("objects")) {
      String id = each.path("oid").asText();
      ObjectNode object =
          objects.addObject().put("oid", id).put("size", each.path("size").asLong());
      if (error != 0) {
        object.putObject("error").put("code", error).put("message", "log in again");
      } else if (!upload && !files.containsKey(id)) {
        object.putObject("error").put("code", 404).put("message", "no such file");
      } else if (!upload || !files.containsKey(id)) {
        ObjectNode actions = object.putObject("actions");
        place(
            actions.putObject(upload ? "upload" : "download"),
            elsewhere.isEmpty()
                ? "http://127.0.0.1:" + store.getAddress().getPort() + "/" + id
                : elsewhere);
        if (upload) {
          actions
              .putObject("verify")
              .put(
                  "href",
                  "http://127.0.0.1:"
                      + exchange.getLocalAddress().getPort()
                      + "/payments.git/info/lfs/verify");
        }
      }
    }
  }

  private static void place(ObjectNode action, String address) {
    action.put("href", address);
    action.putObject("header").put("Authorization", STORE_PASSWORD);
  }

  private void list(ArrayNode array) {
    locks.keySet().forEach(id -> lock(array.addObject(), id));
  }

  private void lock(ObjectNode lock, String id) {
    lock.put("id", id).put("path", locks.get(id)).put("locked_at", "2026-11-25T20:00:00Z");
    lock.putObject("owner").put("name", "gateway");
  }

  @Override
  public void close() {
    store.stop(0);
  }
}
