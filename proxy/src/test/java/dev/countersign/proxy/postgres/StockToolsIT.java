package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What psql shows through the door is what it shows of the server itself. */
final class StockToolsIT {

  /** All of psql's commands that look at the catalogs, but for those named in docs/postgres.md. */
  private static final List<String> DESCRIBE =
      List.of(
          "\\d",
          "\\d+",
          "\\dS",
          "\\d customers",
          "\\d+ customers",
          "\\d orders",
          "\\d+ recent",
          "\\d customers_pkey",
          "\\d nothing_*",
          "\\dS+ pg_class",
          "\\da",
          "\\da sum",
          "\\dA+",
          "\\dAc",
          "\\dAf",
          "\\dAo btree",
          "\\dAp+ btree",
          "\\db",
          "\\dc",
          "\\dC+",
          "\\dd",
          "\\dD+",
          "\\ddp",
          "\\dE",
          "\\di+",
          "\\dm",
          "\\ds+",
          "\\dt",
          "\\dt+",
          "\\dtS",
          "\\dv+",
          "\\des+",
          "\\det+",
          "\\dew+",
          "\\df",
          "\\df+ lower",
          "\\dfa sum",
          "\\dfn now",
          "\\dfp",
          "\\dft",
          "\\dfw",
          "\\dF+",
          "\\dFd+",
          "\\dFp+",
          "\\dFt+",
          "\\dg+",
          "\\dl",
          "\\dL+",
          "\\dn+",
          "\\dnS",
          "\\do",
          "\\dp",
          "\\dPi",
          "\\dPt+",
          "\\dRp+",
          "\\dRs",
          "\\drds",
          "\\dT+",
          "\\dTS uuid",
          "\\du+",
          "\\dx+",
          "\\dX",
          "\\dy",
          "\\z",
          "\\z customers",
          "\\sv recent",
          "\\sf lower(text)");

  private static final String MARK = "----- command ";

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
    door.shop.run(
        """
        CREATE VIEW recent AS SELECT id, status FROM orders WHERE id > 3;
        COMMENT ON TABLE orders IS 'what was ordered';
        CREATE INDEX ON orders (customer_id) WHERE status = 'open';
        CREATE STATISTICS both_of_orders ON customer_id, status FROM orders;
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        GRANT SELECT ON recent TO gateway;
        """);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void psqlDescribesWhatItDescribesOfTheServer() throws Exception {
    Map<String, String> expected =
        described(door.shop.port(), "postgres", Shop.ROLE, Shop.PASSWORD);
    Map<String, String> seen = described(door.tap.port(), "orders", "agent-7", OpenDoor.TOKEN);

    assertThat(expected).hasSameSizeAs(DESCRIBE);
    SoftAssertions.assertSoftly(
        all ->
            expected.forEach(
                (command, output) ->
                    all.assertThat(seen.get(command)).as(command).isEqualTo(output)));
  }

  /** What psql printed, by command. */
  private static Map<String, String> described(
      int port, String database, String user, String password) throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < DESCRIBE.size(); i++) {
      texts.add("\\echo " + MARK + i);
      texts.add(DESCRIBE.get(i));
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    String text = psql(port, database, user, password, texts);
    for (String part : text.substring(MARK.length()).split(MARK, -1)) {
      int line = part.indexOf('\n');
      outputs.put(DESCRIBE.get(Integer.parseInt(part.substring(0, line))), part.substring(line));
    }
    return outputs;
  }

  private static String psql(
      int port, String database, String user, String password, List<String> texts)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("psql", "-X"));
    for (String text : texts) {
      command.add("-c");
      command.add(text);
    }
    command.add("host=127.0.0.1 port=%d dbname=%s user=%s".formatted(port, database, user));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", password);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return text;
  }
}
