package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** pg_dump takes what it may see, where it is not older than the server: it refuses newer ones. */
final class PgDumpIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
    door.shop.run("CREATE VIEW recent AS SELECT id, status FROM orders WHERE id > 3");
    door.shop.run("GRANT SELECT ON recent TO gateway");
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void dumpsTablesThatAreNotMasked() throws Exception {
    OpenDoor.Printed printed = dump("-t", "orders", "-t", "recent");

    assertThat(printed.text())
        .contains("CREATE TABLE public.orders", "CREATE VIEW public.recent AS")
        .containsPattern("COPY public.orders[^\\n]*\\n1\t1\topen\t100\t");
    assertThat(printed.exit()).isZero();
  }

  @Test
  void dumpsNoMaskedValues() throws Exception {
    OpenDoor.Printed printed = dump("-t", "customers");

    assertThat(printed.text()).contains("PG-MASKED-COPY").doesNotContain("913-66");
    assertThat(printed.exit()).isNotZero();
  }

  @Test
  void pgs06_withoutAPathNothingIsFoundThatWasNotJudged() throws Exception {
    OpenDoor.Printed printed =
        door.psql(
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "SELECT ssn FROM customers",
            "SELECT ssn FROM public.customers");

    assertThat(printed.text())
        .contains("relation \"customers\" does not exist", "(1 row)")
        .doesNotContain("913-66");
  }

  private static OpenDoor.Printed dump(String... options) throws Exception {
    int server = Integer.parseInt(door.shop.ask("SHOW server_version_num")) / 10_000;
    String version = door.run(List.of("pg_dump", "--version")).text();
    int client = Integer.parseInt(version.replaceAll("\\D*(\\d+).*\\n?", "$1"));
    assumeThat(client).as("pg_dump's version").isGreaterThanOrEqualTo(server);
    List<String> command = new ArrayList<>(List.of("pg_dump"));
    command.addAll(List.of(options));
    return door.run(command);
  }
}
