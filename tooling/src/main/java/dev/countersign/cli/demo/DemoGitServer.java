package dev.countersign.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The demo's git host: git's own http-backend, for whoever has the gateway's token. */
final class DemoGitServer implements AutoCloseable {

  static final String PAYMENTS = "payments";
  private static final String USER = "gateway";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Path repositories;
  private final Path tokenFile;
  private final byte[] login;

  private DemoGitServer(
      HttpServer server, ExecutorService threads, Path repositories, Path tokenFile)
      throws IOException {
    this.server = server;
    this.threads = threads;
    this.repositories = repositories;
    this.tokenFile = tokenFile;
    this.login =
        ("Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        (USER + ":" + Files.readString(tokenFile).strip())
                            .getBytes(StandardCharsets.UTF_8)))
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Starts it with the sample repository. */
  static DemoGitServer start(Path home) throws IOException, InterruptedException {
    Path tokenFile = home.resolve("git.token");
    PrivateFiles.secret(tokenFile);
    Path repositories = PrivateFiles.directory(home.resolve("git"));
    SampleRepository.create(repositories.resolve(PAYMENTS + ".git"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    DemoGitServer git = new DemoGitServer(server, threads, repositories, tokenFile);
    server.createContext("/", git::handle);
    server.start();
    return git;
  }

  URI url() {
    return url(PAYMENTS);
  }

  URI url(String name) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + ".git");
  }

  Path repository(String name) {
    return repositories.resolve(name + ".git");
  }

  String user() {
    return USER;
  }

  Path tokenFile() {
    return tokenFile;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (shown == null
          || !MessageDigest.isEqual(login, shown.getBytes(StandardCharsets.US_ASCII))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      run(exchange);
    }
  }

  private void run(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.putAll(
        Map.of(
            "GIT_PROJECT_ROOT",
            repositories.toString(),
            "GIT_HTTP_EXPORT_ALL",
            "1",
            "GIT_CONFIG_COUNT",
            "1",
            "GIT_CONFIG_KEY_0",
            "http.receivepack",
            "GIT_CONFIG_VALUE_0",
            "true",
            "REMOTE_USER",
            USER,
            "REQUEST_METHOD",
            exchange.getRequestMethod(),
            "PATH_INFO",
            exchange.getRequestURI().getPath(),
            "QUERY_STRING",
            text(exchange.getRequestURI().getRawQuery())));
    environment.put("CONTENT_TYPE", text(exchange.getRequestHeaders().getFirst("Content-Type")));
    environment.put("GIT_PROTOCOL", text(exchange.getRequestHeaders().getFirst("Git-Protocol")));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    try (InputStream out = process.getInputStream()) {
      exchange.sendResponseHeaders(readHead(exchange, out), 0);
      out.transferTo(exchange.getResponseBody());
    }
  }

  private static int readHead(HttpExchange exchange, InputStream out) throws IOException {
    int status = 200;
    for (String line = line(out); !line.isEmpty(); line = line(out)) {
      List<String> field = List.of(line.split(": *", 2));
      if (field.getFirst().equals("Status")) {
        status = Integer.parseInt(field.getLast().substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(field.getFirst(), field.getLast());
      }
    }
    return status;
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

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
