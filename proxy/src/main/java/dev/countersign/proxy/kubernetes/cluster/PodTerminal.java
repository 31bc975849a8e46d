package dev.countersign.proxy.kubernetes.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every pod of the cluster says: a few lines of log, and a shell that knows two words (attach
 * leads to the same).
 */
final class PodTerminal {

  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

  private static final String LOG =
      """
      listening on :8080
      connected to postgres://shop:Sup3rSecretPassw0rd@db.prod:5432/shop
      GET /cart 200 12ms
      """;

  private final AtomicLong forwarded = new AtomicLong();

  void log(HttpExchange exchange, Query query) throws IOException, InterruptedException {
    BlockingQueue<Boolean> gone = new LinkedBlockingQueue<>();
    exchange.onClosed(() -> gone.add(true));
    try (OutputStream out = exchange.respond(200, HttpFields.of("Content-Type", "text/plain"))) {
      out.write(LOG.getBytes(UTF_8));
      out.flush();
      if (query.isTrue("follow")) {
        gone.take();
      }
    }
  }

  void exec(HttpExchange exchange, Query query) throws IOException {
    Optional<HttpFields> agreed = agreed(exchange, PROTOCOLS);
    if (agreed.isPresent()) {
      try (Duplex client = exchange.upgrade(agreed.get())) {
        run(query, client);
      }
    }
  }

  /** Takes what is forwarded to a pod, where nothing listens. */
  void forward(HttpExchange exchange) throws IOException {
    Optional<HttpFields> agreed =
        exchange.headers().lists("upgrade", "SPDY/3.1")
            ? Optional.of(
                HttpFields.of(
                    "Upgrade", "SPDY/3.1", "X-Stream-Protocol-Version", "portforward.k8s.io"))
            : agreed(exchange, List.of("SPDY/3.1+portforward.k8s.io"));
    if (agreed.isPresent()) {
      try (Duplex client = exchange.upgrade(agreed.get())) {
        byte[] block = new byte[8 << 10];
        for (int count = client.in().read(block); count >= 0; count = client.in().read(block)) {
          forwarded.addAndGet(count);
        }
      }
    }
  }

  long forwarded() {
    return forwarded.get();
  }

  /**
   * What an upgrade is answered with; nothing where the client has been told that there is none.
   */
  private static Optional<HttpFields> agreed(HttpExchange exchange, List<String> known)
      throws IOException {
    List<String> offered = exchange.headers().elements("sec-websocket-protocol");
    String protocol = known.stream().filter(offered::contains).findFirst().orElse("");
    if (!exchange.asksForUpgrade() || protocol.isEmpty()) {
      try (OutputStream out = exchange.respond(400, HttpFields.of("Content-Type", "text/plain"))) {
        out.write("terminals are WebSockets here\n".getBytes(UTF_8));
      }
      return Optional.empty();
    }
    String key = exchange.headers().first("sec-websocket-key").orElse("");
    return Optional.of(
        HttpFields.of(
            "Upgrade",
            "websocket",
            "Sec-WebSocket-Accept",
            WebSocketFrame.accept(key),
            "Sec-WebSocket-Protocol",
            protocol));
  }

  private void run(Query query, Duplex client) throws IOException {
    List<String> command = query.all("command");
    int status = 0;
    switch (command.isEmpty() ? "" : command.getFirst()) {
      case "echo" ->
          say(client, STDOUT, String.join(" ", command.subList(1, command.size())) + "\n");
      case "cat" -> copyInput(client);
      case "tar" -> {
        if (command.contains("cf")) {
          send(client, STDOUT, PodFiles.archive(command.getLast()));
        } else {
          swallowInput(client);
        }
      }
      case "sh", "" -> shell(client);
      default -> {
        say(client, STDERR, "sh: " + String.join(" ", command) + ": not found\n");
        status = 127;
      }
    }
    say(
        client,
        ERROR,
        status == 0
            ? "{\"metadata\":{},\"status\":\"Success\"}"
            : "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"exit code"
                  + " 127\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"127\"}]}}");
    client.out().write(WebSocketFrame.encode(WebSocketFrame.CLOSE, new byte[] {3, (byte) 0xe8}));
    client.out().flush();
    awaitClose(client);
  }

  private static void awaitClose(Duplex client) throws IOException {
    while (true) {
      WebSocketFrame frame = WebSocketFrame.read(client.in());
      if (frame == null || frame.opcode() == WebSocketFrame.CLOSE) {
        return;
      }
    }
  }

  private static void copyInput(Duplex client) throws IOException {
    for (byte[] next = input(client); next.length > 0; next = input(client)) {
      say(client, STDOUT, new String(next, UTF_8));
    }
  }

  /** A copy that arrives nowhere. */
  private static void swallowInput(Duplex client) throws IOException {
    byte[] next = input(client);
    while (next.length > 0) {
      next = input(client);
    }
  }

  /** Answers each line until one says exit. */
  private static void shell(Duplex client) throws IOException {
    say(client, STDOUT, "/ # ");
    StringBuilder typed = new StringBuilder();
    for (byte[] next = input(client); next.length > 0; next = input(client)) {
      typed.append(new String(next, UTF_8));
      for (int end = typed.indexOf("\n"); end >= 0; end = typed.indexOf("\n")) {
        String line = typed.substring(0, end).strip();
        typed.delete(0, end + 1);
        if (line.equals("exit")) {
          return;
        }
        say(
            client,
            STDOUT,
            (line.equals("whoami") ? "root" : "sh: " + line + ": not found") + "\n/ # ");
      }
    }
  }

  /** What comes on the channel of the input; empty at its end. */
  private static byte[] input(Duplex client) throws IOException {
    while (true) {
      WebSocketFrame frame = WebSocketFrame.read(client.in());
      if (frame == null || frame.opcode() == WebSocketFrame.CLOSE) {
        return new byte[0];
      }
      byte[] data = frame.payload();
      if (data.length > 1 && data[0] == 0) {
        return Arrays.copyOfRange(data, 1, data.length);
      }
      if (data.length == 2 && data[0] == (byte) 255 && data[1] == 0) {
        return new byte[0];
      }
    }
  }

  private static void say(Duplex client, int channel, String text) throws IOException {
    send(client, channel, text.getBytes(UTF_8));
  }

  private static void send(Duplex client, int channel, byte[] content) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(channel);
    message.writeBytes(content);
    client.out().write(WebSocketFrame.encode(WebSocketFrame.BINARY, message.toByteArray()));
    client.out().flush();
  }
}
