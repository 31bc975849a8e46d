package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A role for each session: made of a template, dropped behind it, swept after a crash. */
final class SessionRoleIT {

  private static final String ROLES =
      "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'countersign\\_%'";

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door =
        OpenDoor.open(
            new PostgresSessions(
                PostgresSessions.PLAIN.limits(),
                PostgresSessions.PLAIN.recording(),
                PostgresSessions.Waiting.HOLD,
                Optional.of(new PostgresSessions.RoleTemplate("the agents", Duration.ofHours(1)))));
    door.allowEverything();
    door.shop.run(
        """
        CREATE ROLE "the agents";
        GRANT ALL ON SCHEMA public TO "the agents";
        GRANT SELECT ON orders TO "the agents";
        ALTER ROLE gateway CREATEROLE;
        GRANT "the agents" TO gateway WITH ADMIN OPTION;
        REVOKE ALL ON orders FROM gateway;
        """);
    door.shop.logsInWithPassword("all");
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void aSessionHasARoleOfItsOwnThatOwnsNothing() throws Exception {
    door.shop.run(
        "SET ROLE gateway;"
            + " CREATE ROLE countersign_1000_00000000deadbeef LOGIN IN ROLE \"the agents\"");
    try (RawClient client = RawClient.loggedIn(door)) {
      String who = ask(client, "SELECT session_user, current_user, 'x' FROM orders LIMIT 1");
      String reset = ask(client, "RESET ROLE");
      ask(client, "CREATE TABLE mine (id int)");

      assertThat(who).contains("countersign_", "the agents");
      assertThat(reset).contains("42501");
      assertThat(door.shop.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'"))
          .isEqualTo("the agents");
      assertThat(door.shop.ask(ROLES))
          .as("one lives, and the one of a crash is gone")
          .isEqualTo("1");
      assertThat(
              door.shop.ask(
                  "SELECT rolvaliduntil < now() + interval '61 min' FROM pg_roles"
                      + " WHERE rolname LIKE 'countersign\\_%'"))
          .isEqualTo("t");
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> door.shop.ask(ROLES), "0"::equals);
  }

  private static String ask(RawClient client, String sql) throws Exception {
    client.send('Q', cString(sql));
    List<Message> answer = client.untilReady();
    return answer.stream().map(Message::body).collect(Collectors.joining());
  }
}
