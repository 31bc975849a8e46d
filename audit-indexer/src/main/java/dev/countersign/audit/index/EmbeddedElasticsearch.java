package dev.countersign.audit.index;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A real Elasticsearch of one node as a child process, for the demo and for tests: on the loopback
 * address, without security, on the Java this process runs on. Ends with this process.
 */
public final class EmbeddedElasticsearch implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final String NOBODY = "65534";

  private final Process process;
  private final Thread killer;
  private final URI uri;
  private final Path log;

  /**
   * How to run it.
   *
   * @param distribution the unpacked distribution; only read
   * @param directory its folder for data, logs and configuration; what is there is used again
   * @param port its HTTP port, or 0 for any that is free
   * @param heap its Java heap, e.g. {@code 512m}
   * @param lasting whether it is compiled for a long run, as in production, or for a quick start
   */
  public record Settings(
      Path distribution, Path directory, int port, String heap, boolean lasting) {
    public static Settings of(Path distribution, Path directory) {
      return new Settings(distribution, directory, 0, "512m", false);
    }

    public Settings withPort(int other) {
      return new Settings(distribution, directory, other, heap, lasting);
    }

    /** As in production. */
    public Settings forLong() {
      return new Settings(distribution, directory, port, "1g", true);
    }
  }

  private EmbeddedElasticsearch(Process process, Thread killer, URI uri, Path log) {
    this.process = process;
    this.killer = killer;
    this.uri = uri;
    this.log = log;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param progress is told what is going on, a line each time
   * @throws IOException if it does not start; the message ends with the last lines of its log
   */
  public static EmbeddedElasticsearch start(Settings settings, Consumer<String> progress)
      throws IOException, InterruptedException {
    int port = settings.port == 0 ? freePort() : settings.port;
    Path log = settings.directory.resolve("elasticsearch.out");
    prepare(settings, port);
    progress.accept("starting Elasticsearch on port " + port);
    Process process = builder(settings, log).start();
    Thread killer = Thread.ofPlatform().unstarted(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(killer);
    EmbeddedElasticsearch server =
        new EmbeddedElasticsearch(process, killer, URI.create("http://127.0.0.1:" + port), log);
    try {
      server.awaitHealth(progress);
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Where it answers. */
  public URI uri() {
    return uri;
  }

  private static void prepare(Settings settings, int port) throws IOException {
    Path config = settings.directory.resolve("config");
    for (String folder : List.of("data", "logs", "tmp", "config/jvm.options.d")) {
      Files.createDirectories(settings.directory.resolve(folder));
    }
    for (String file : List.of("log4j2.properties", "jvm.options")) {
      Files.copy(
          settings.distribution.resolve("config").resolve(file),
          config.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(
        config.resolve("elasticsearch.yml"),
        """
        cluster.name: countersign
        node.name: countersign
        discovery.type: single-node
        network.host: 127.0.0.1
        http.port: %d
        transport.port: %d
        path.data: "%s"
        path.logs: "%s"
        xpack.security.enabled: false
        cluster.routing.allocation.disk.threshold_enabled: false
        """
            .formatted(
                port,
                freePort(),
                settings.directory.resolve("data").toAbsolutePath(),
                settings.directory.resolve("logs").toAbsolutePath()));
  }

  private static ProcessBuilder builder(Settings settings, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(asNobody(settings.directory));
    }
    command.add(settings.distribution.resolve("bin/elasticsearch").toAbsolutePath().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Path directory = settings.directory.toAbsolutePath();
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", "/usr/bin:/bin",
                "HOME", directory.toString(),
                "ES_JAVA_HOME", System.getProperty("java.home"),
                "ES_PATH_CONF", directory.resolve("config").toString(),
                "ES_TMPDIR", directory.resolve("tmp").toString(),
                "ES_JAVA_OPTS",
                    "-Xms%s -Xmx%s -XX:-UseG1GC -XX:+UseSerialGC%s"
                        .formatted(
                            settings.heap,
                            settings.heap,
                            settings.lasting ? "" : " -XX:TieredStopAtLevel=1"),
                "CLI_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
    return builder;
  }

  /**
   * Elasticsearch refuses to run as root, so root runs it as nobody. That user keeps the right to
   * read what only root may, for the distribution may lie in root's home.
   */
  private static List<String> asNobody(Path directory) throws IOException {
    try {
      int exit =
          new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, directory.toString())
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IOException("chown of " + directory + " ended with " + exit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return List.of(
        "setpriv",
        "--reuid=" + NOBODY,
        "--regid=" + NOBODY,
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override");
  }

  private void awaitHealth(Consumer<String> progress) throws IOException, InterruptedException {
    HttpRequest health =
        HttpRequest.newBuilder(uri.resolve("/_cluster/health?wait_for_status=yellow&timeout=1s"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long start = System.nanoTime();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (Duration.ofNanos(System.nanoTime() - start).compareTo(LONGEST_START) < 0) {
        if (process.waitFor(150, TimeUnit.MILLISECONDS)) {
          throw new IOException("Elasticsearch ended while it started: " + lastLines());
        }
        if (answers(http, health)) {
          progress.accept("Elasticsearch answers on " + uri);
          return;
        }
      }
    }
    throw new IOException(
        "Elasticsearch did not answer within " + LONGEST_START.toSeconds() + " s: " + lastLines());
  }

  private static boolean answers(HttpClient http, HttpRequest health) throws InterruptedException {
    try {
      return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        all.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      all.forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
    for (ProcessHandle handle : all) {
      handle.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(late -> handle).join();
    }
  }

  /** Ends the process and waits until it is gone; its data stays. */
  @Override
  public void close() {
    kill(process);
    try {
      boolean removed = Runtime.getRuntime().removeShutdownHook(killer);
      assert removed;
    } catch (IllegalStateException alreadyShuttingDown) {
      return;
    }
  }
}
