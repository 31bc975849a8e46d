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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A role for each session: made of a template, dropped behind it, swept after a crash. */
@Tag("every-postgres")
final class SessionRoleIT {

  private static final String ROLES =
      "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'countersign\\_%'";

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    Shop shop = Shop.open();
    shop.run(
        """
        CREATE ROLE "the agents";
        GRANT ALL ON SCHEMA public TO "the agents";
        GRANT SELECT ON orders TO "the agents";
        ALTER ROLE gateway CREATEROLE;
        GRANT "the agents" TO gateway WITH ADMIN OPTION;
        REVOKE ALL ON orders FROM gateway;
        SET ROLE gateway;
        CREATE ROLE countersign_1000_00000000deadbeef LOGIN IN ROLE "the agents";
        """);
    shop.logsInWithPassword("all");
    door =
        OpenDoor.open(
            shop,
            new PostgresSessions(
                PostgresSessions.PLAIN.limits(),
                PostgresSessions.PLAIN.recording(),
                PostgresSessions.Waiting.HOLD,
                Optional.of(new PostgresSessions.RoleTemplate("the agents", Duration.ofHours(1)))));
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void whatACrashLeftIsGoneThoughNobodyHasConnectedSince() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> door.shop.ask(ROLES + " AND rolname LIKE '%deadbeef'"), "0"::equals);
  }

  @Test
  void aSessionHasARoleOfItsOwnThatOwnsNothing() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      String who = ask(client, "SELECT session_user, current_user, 'x' FROM orders LIMIT 1");
      String reset = ask(client, "RESET ROLE");
      ask(client, "CREATE TABLE mine (id int)");

      assertThat(who).contains("countersign_", "the agents");
      assertThat(reset).contains("42501");
      assertThat(door.shop.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'"))
          .isEqualTo("the agents");
      assertThat(door.shop.ask(ROLES + " AND rolname NOT LIKE '%deadbeef'")).isEqualTo("1");
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

  /** A pool resets the session it hands on; that must not turn it into another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DISCARD ALL",
        "RESET ALL",
        "RESET search_path",
        "RESET ROLE",
        "RESET SESSION AUTHORIZATION",
        "SET SESSION AUTHORIZATION DEFAULT",
        "SET ROLE NONE",
        "DISCARD TEMP",
        "UNLISTEN *",
        "CLOSE ALL"
      })
  void whateverIsResetTheSessionActsAsItsTemplate(String reset) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, reset);

      assertThat(ask(client, "SELECT current_user, count(*) FROM orders"))
          .contains("the agents")
          .doesNotContain("42501");
    }
  }

  private static String ask(RawClient client, String sql) throws Exception {
    client.send('Q', cString(sql));
    List<Message> answer = client.untilReady();
    return answer.stream().map(Message::body).collect(Collectors.joining());
  }
}
