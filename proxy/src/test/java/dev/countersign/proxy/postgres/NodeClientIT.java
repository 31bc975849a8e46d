package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * node-postgres, where the machine has Node and the packages can be fetched: it pipelines by its
 * own queue, names statements as it is told, and cancels over a connection without TLS.
 */
final class NodeClientIT {

  private static final Path FOLDER = Path.of("target", "node-client");

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void nodePostgresWorksAsWithTheServer() throws Exception {
    assumeThat(install()).as("Node, and its packages; without them this is skipped").isTrue();

    OpenDoor.Printed printed =
        door.run(
            List.of(
                "node",
                "--no-deprecation",
                FOLDER.resolve("client.js").toAbsolutePath().toString()));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(new Canaries(Shop.CANARIES).in(printed.text())).isEmpty();
    assertThat(printed.text().lines())
        .containsExactly(
            "simple 1",
            "several [ { a: 1 }, { b: 2 } ]",
            "parameters 42",
            "prepared Ada ***** null",
            "prepared Ada ***** null",
            "whole row null",
            "filtered [ [ '*****' ] ]",
            "queued [ 1, 2, 3, 4, 5 ]",
            "cursor 3 7",
            "cursor [ 3, 4 ]",
            "error ERROR 42703 8 column \"nonsense\" does not exist",
            "error 23505 undefined undefined",
            "refused ERROR 42501 blocked by policy PG-CLOSED (pg_catalog.pg_authid shows secrets"
                + " of the database, or what other sessions do)",
            "refused ERROR 42501 blocked by policy PG-NOTIFY (notifications cross sessions and do"
                + " not pass the gateway)",
            "refused ERROR 42501 blocked by policy PG-FUNCTION (the function"
                + " pg_catalog.set_config does not pass the gateway)",
            "refused ERROR 42501 blocked by policy PG-SET (the parameter \"role\" belongs to the"
                + " gateway)",
            "refused ERROR 42501 blocked by policy PG-CLOSED (pg_catalog.pg_authid shows secrets"
                + " of the database, or what other sessions do)",
            "aborted 25P02",
            "rolled back 0",
            "copied \"201\\tcopied\\n202\\tcopied\\n\"",
            "refused ERROR 42501 blocked by policy PG-MASKED-COPY (the statement would write"
                + " values of masked columns where they are not masked)",
            "cancelled 57014 query_canceled",
            "pool 780");
  }

  /** Whether the packages are there now, as the lock file pins them. */
  private static boolean install() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    for (String name : List.of("package.json", "package-lock.json", "client.js")) {
      try (InputStream file = NodeClientIT.class.getResourceAsStream("node/" + name)) {
        Files.copy(file, FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    try {
      Process npm =
          new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .start();
      npm.getOutputStream().close();
      String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean isDone = npm.waitFor(2, TimeUnit.MINUTES) && npm.exitValue() == 0;
      if (!isDone) {
        System.err.println("NodeClientIT is skipped, for npm says: " + said);
      }
      return isDone;
    } catch (IOException absent) {
      System.err.println("NodeClientIT is skipped: " + absent.getMessage());
      return false;
    }
  }
}
