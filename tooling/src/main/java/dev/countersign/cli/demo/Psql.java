package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's own client, as an agent would run it.
 *
 * @param port of the door
 * @param resource the database name it asks for
 * @param user the name it claims; the token says who it is
 * @param token the file with its token
 */
record Psql(int port, String resource, String user, Path token) {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What psql printed, errors and notices included, and its exit code. */
  record Result(int exit, String output) {}

  static void requireInstalled() {
    requireInstalled("psql", "postgresql-client");
  }

  /** Fails with the name of the package unless a program is on the PATH. */
  static void requireInstalled(String program, String debianPackage) {
    try {
      Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      if (process.waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      throw missing(program, debianPackage, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw missing(program, debianPackage, new IOException(program + " --version fails"));
  }

  private static CommandFailure missing(String program, String debianPackage, Exception cause) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "%s is not on the PATH; install it, e.g. apt-get install %s, or dnf install postgresql"
            .formatted(program, debianPackage),
        cause);
  }

  /** The line to copy and paste. */
  String line() {
    return "PGPASSWORD=$(cat %s) psql \"%s\"".formatted(token, connection());
  }

  private String connection() {
    return "host=127.0.0.1 port=%d dbname=%s user=%s sslmode=require"
        .formatted(port, resource, user);
  }

  /** Sends the text as one message, as {@code psql -c} does. */
  Result run(String sql) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "psql",
                "-X",
                "-w",
                "-P",
                "pager=off",
                "-P",
                "null=(null)",
                "-d",
                connection(),
                "-c",
                sql));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("PGPASSWORD", Files.readString(token).strip());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Path output = Files.createTempFile("countersign-psql", ".out");
    try {
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IOException("psql did not end within " + PATIENCE);
      }
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
