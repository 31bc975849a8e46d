package dev.countersign.cli.bench;

import dev.countersign.cli.demo.BenchWorld;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The usual pooler in session mode, where it is installed: what a relay without rules costs. It
 * speaks TLS to the client, as the gateway does.
 */
final class Pgbouncer implements AutoCloseable {

  private static final int NOBODY = 65534;

  private final Process process;
  private final Path home;
  private final PgbenchRun.Target target;

  private Pgbouncer(Process process, Path home, PgbenchRun.Target target) {
    this.process = process;
    this.home = home;
    this.target = target;
  }

  /** Starts one in front of a server, or gives nothing if there is none on the PATH. */
  static Optional<Pgbouncer> start(BenchWorld world) throws IOException, InterruptedException {
    if (!isInstalled()) {
      return Optional.empty();
    }
    int port = freePort();
    Path home = Files.createTempDirectory("countersign-pgbouncer-");
    Path users =
        PrivateFiles.write(
            home.resolve("users.txt"), "\"%s\" \"%s\"\n".formatted(world.user(), world.password()));
    Path certificate = copy(world.certificate().certificate(), home.resolve("server.crt"));
    Path key = copy(world.certificate().key(), home.resolve("server.key"));
    Path configuration =
        PrivateFiles.write(
            home.resolve("pgbouncer.ini"),
            """
            [databases]
            %s = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = %s
            pool_mode = session
            default_pool_size = 200
            max_client_conn = 500
            ignore_startup_parameters = extra_float_digits
            client_tls_sslmode = require
            client_tls_cert_file = %s
            client_tls_key_file = %s
            """
                .formatted(world.database(), world.serverPort(), port, users, certificate, key));
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // It refuses to run as root, and needs to read its own files then.
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, home.toString()).start().waitFor();
    }
    command.addAll(List.of("pgbouncer", "-q", configuration.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitPort(process, port);
    return Optional.of(
        new Pgbouncer(
            process,
            home,
            new PgbenchRun.Target(
                "pgbouncer",
                Map.of(
                    "PGHOST",
                    "127.0.0.1",
                    "PGPORT",
                    "" + port,
                    "PGDATABASE",
                    world.database(),
                    "PGUSER",
                    world.user(),
                    "PGPASSWORD",
                    world.password(),
                    "PGSSLMODE",
                    "require"))));
  }

  private static Path copy(Path from, Path to) throws IOException {
    return PrivateFiles.write(to, Files.readString(from));
  }

  PgbenchRun.Target target() {
    return target;
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("pgbouncer", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitPort(Process process, int port)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 100; attempt++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
          throw new IOException("pgbouncer ended with " + process.exitValue(), e);
        }
      }
    }
    throw new IOException("pgbouncer does not listen");
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    for (String file : List.of("users.txt", "server.crt", "server.key", "pgbouncer.ini")) {
      Files.deleteIfExists(home.resolve(file));
    }
    Files.deleteIfExists(home);
  }
}
