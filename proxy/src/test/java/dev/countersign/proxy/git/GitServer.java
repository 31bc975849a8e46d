package dev.countersign.proxy.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A git host: git's own http-backend behind a web server, for whoever has its one login. */
final class GitServer implements AutoCloseable {

  static final String USER = "gateway";
  static final String TOKEN = "upstream-token";

  private final HttpServer server;
  private final Path root;

  /** What it was asked for, by whoever. */
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  final LargeFileHost largeFiles = new LargeFileHost();
  private final AtomicBoolean isDead = new AtomicBoolean();

  /** What happens in front of the next request. */
  final AtomicReference<Trouble> trouble = new AtomicReference<>(Trouble.NONE);

  /** A way in which a host can fail. */
  enum Trouble {
    NONE,
    MOVED,
    /** Takes a push and closes the connection before anything of it is done. */
    DIES_BEFORE_PUSH,
    /** Carries a push out, and closes the connection before it says so. */
    BREAKS_OFF_AFTER_PUSH,
    /** Takes a push, then answers nothing at all any more. */
    DIES_FOR_GOOD
  }

  GitServer(Path root) throws IOException {
    this.root = root;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  URI url(String repository) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + repository);
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    try (exchange) {
      String expected =
          "Basic "
              + Base64.getEncoder()
                  .encodeToString((USER + ":" + TOKEN).getBytes(StandardCharsets.UTF_8));
      if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      if (exchange.getRequestURI().getPath().contains("/info/lfs/")) {
        largeFiles.handle(exchange);
        return;
      }
      boolean push = exchange.getRequestURI().getPath().endsWith("/git-receive-pack");
      switch (trouble.get()) {
        case NONE -> backend(exchange, exchange.getResponseBody(), true);
        case MOVED -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
          exchange.sendResponseHeaders(301, -1);
        }
        case DIES_BEFORE_PUSH -> {
          if (push) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
          } else {
            backend(exchange, exchange.getResponseBody(), true);
          }
        }
        case DIES_FOR_GOOD -> {
          if (push) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            isDead.set(true);
          } else if (!isDead.get()) {
            backend(exchange, exchange.getResponseBody(), true);
          }
        }
        case BREAKS_OFF_AFTER_PUSH ->
            backend(
                exchange,
                push ? OutputStream.nullOutputStream() : exchange.getResponseBody(),
                !push);
      }
    }
  }

  private void backend(HttpExchange exchange, OutputStream to, boolean answers) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REMOTE_USER", USER);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    String query = exchange.getRequestURI().getRawQuery();
    environment.put("QUERY_STRING", query == null ? "" : query);
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    environment.put("CONTENT_TYPE", type == null ? "" : type);
    String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
    environment.put("GIT_PROTOCOL", protocol == null ? "" : protocol);
    environment.put("GIT_CONFIG_COUNT", "2");
    environment.put("GIT_CONFIG_KEY_0", "http.receivepack");
    environment.put("GIT_CONFIG_VALUE_0", "true");
    environment.put("GIT_CONFIG_KEY_1", "receive.advertisePushOptions");
    environment.put("GIT_CONFIG_VALUE_1", "true");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    try (InputStream out = process.getInputStream()) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).strip();
        if (line.startsWith("Status:")) {
          status = Integer.parseInt(value.substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(line.substring(0, colon), value);
        }
      }
      if (answers) {
        exchange.sendResponseHeaders(status, 0);
      }
      out.transferTo(to);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    server.stop(0);
    largeFiles.close();
  }
}
