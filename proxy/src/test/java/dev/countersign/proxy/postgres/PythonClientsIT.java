package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Python's drivers, where the machine has them: they prepare, drop, stream and cancel their own
 * way.
 */
final class PythonClientsIT {

  /** Where Debian's packages put modules; another python3 may come first on the PATH. */
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

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
  void psycopgWorksAsWithTheServer() throws Exception {
    assertThat(run("psycopg").lines())
        .containsExactly(
            "prepared",
            "masked *****",
            "cursor ['id', 'lower'] [(1, '*****')]",
            "pipeline [1, 2, 3]",
            "copy copied",
            "binary 1 100",
            "refused blocked by policy PG-CLOSED (pg_catalog.pg_authid shows secrets of the"
                + " database, or what other sessions do)",
            "refused blocked by policy PG-SET (the parameter \"role\" belongs to the gateway)",
            "still 1");
  }

  @Test
  void asyncpgWorksAsWithTheServer() throws Exception {
    assertThat(run("asyncpg").lines())
        .containsExactly(
            "prepared",
            "masked *****",
            "cursor True",
            "many b",
            "copy copied",
            "refused blocked by policy PG-CLOSED (pg_catalog.pg_authid shows secrets of the"
                + " database, or what other sessions do)");
  }

  private static String run(String module) throws Exception {
    String python = python(module);
    assumeThat(python).as("a Python that has " + module).isNotEmpty();
    URI script = PythonClientsIT.class.getResource(module + "_client.py").toURI();
    OpenDoor.Printed printed = door.run(List.of(python, Path.of(script).toString()));
    assertThat(printed.exit()).as(printed.text()).isZero();
    return printed.text();
  }

  private static String python(String module) throws Exception {
    for (String python : PYTHONS) {
      try {
        if (door.run(List.of(python, "-c", "import " + module)).exit() == 0) {
          return python;
        }
      } catch (IOException absent) {
        // The next one may be there.
      }
    }
    return "";
  }
}
