package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How clients come in: versions of the protocol, keys, and TLS from the first byte. */
final class LoginIT {

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

  @ParameterizedTest
  @CsvSource({"0, 4", "2, 32"})
  void pgp14_aKeyIsAsLongAsTheProtocolAllows(int minor, int bytes) throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();

      assertThat(key(client.logIn(RawClient.PROTOCOL_3_0 + minor))).hasSize(4 + bytes);
    }
  }

  @Test
  void pgp11_whoeverAsksForMoreIsToldOf32() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.startup(RawClient.PROTOCOL_3_0 + 9_999, "user", "agent-7", "database", "orders");

      Message told = client.message();
      assertThat(told.type()).isEqualTo('v');
      assertThat(ByteBuffer.wrap(told.body().getBytes(ISO_8859_1)).getInt())
          .isEqualTo(RawClient.PROTOCOL_3_2);
      client.message();
      client.send('p', cString(OpenDoor.TOKEN));
      assertThat(key(client.untilReady())).hasSize(4 + 32);
    }
  }

  @Test
  void whatTheServerDoesNotTakeOfTheClientIsToldInItsWords() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.startup(
          RawClient.PROTOCOL_3_0,
          "user",
          "agent-7",
          "database",
          "orders",
          "TimeZone",
          "Atlantis/Capital");
      client.message();
      client.send('p', cString(OpenDoor.TOKEN));

      assertThat(client.untilClosed())
          .singleElement()
          .satisfies(
              error ->
                  assertThat(error.body())
                      .contains("FATAL", "22023", "\"TimeZone\": \"Atlantis/Capital\""));
    }
  }

  @Test
  void pgp13_onlyTheWholeKeyCancels() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      byte[] key = key(client.logIn(RawClient.PROTOCOL_3_2));
      client.send('Q', cString("SELECT count(*) FROM generate_series(1, 3000000000) AS endless"));
      Awaitility.await().until(() -> running(), "1"::equals);
      byte[] part = Arrays.copyOf(key, 8);
      byte[] wrong = key.clone();
      wrong[35] ^= 1;

      cancel(door, part);
      cancel(door, wrong);
      assertThat(running()).isEqualTo("1");
      cancel(door, key);

      assertThat(client.untilReady())
          .filteredOn(answer -> answer.type() == 'E')
          .singleElement()
          .satisfies(error -> assertThat(error.body()).contains("57014"));
      assertThat(door.journal.of(Event.CommandCompleted.class))
          .last()
          .satisfies(
              end -> {
                assertThat(end.error()).contains("57014");
                assertThat(end.status()).isEqualTo("cancelled by the client");
              });
    }
  }

  @Test
  void aTimeoutIsNotRecordedAsTheClients() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SET statement_timeout = 1"));
      client.untilReady();
      client.send('Q', cString("SELECT count(*) FROM generate_series(1, 3000000000) AS endless"));
      client.untilReady();

      assertThat(door.journal.of(Event.CommandCompleted.class))
          .last()
          .satisfies(
              end -> {
                assertThat(end.error()).contains("57014");
                assertThat(end.status()).isEmpty();
              });
    }
  }

  @Test
  void pgp13_aKeyIsWorthNothingOnceItsSessionHasEnded() throws Exception {
    byte[] key;
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      key = key(client.logIn(RawClient.PROTOCOL_3_2));
    }

    Awaitility.await()
        .untilAsserted(
            () -> {
              cancel(door, key);
              assertThat(door.journal.of(Event.SessionRefused.class))
                  .extracting(Event.SessionRefused::reason)
                  .contains("a request to cancel came with the key of no session");
            });
  }

  @Test
  void pgp03_tlsFromTheFirstByteNamesItsProtocol() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.directTls("postgresql");

      assertThat(client.logIn(RawClient.PROTOCOL_3_0)).last().isEqualTo(new Message('Z', "I"));
    }
  }

  @ParameterizedTest
  @CsvSource({"http/1.1", "h2", "''"})
  void pgp03_tlsForAnotherProtocolIsNotTaken(String protocol) {
    assertThatThrownBy(
            () -> {
              try (RawClient client = new RawClient(door.address)) {
                client.directTls(protocol.isEmpty() ? new String[0] : new String[] {protocol});
                client.logIn(RawClient.PROTOCOL_3_0);
              }
            })
        .isInstanceOfAny(IOException.class, SSLException.class);
  }

  @Test
  void pgp03_tlsInTlsIsNotTaken() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.directTls("postgresql");
      client.raw(ByteBuffer.allocate(8).putInt(8).putInt(RawClient.SSL_REQUEST).array());

      assertThat(client.untilClosed()).extracting(Message::type).containsExactly('E');
    }
  }

  private static byte[] key(List<Message> messages) {
    return messages.stream()
        .filter(message -> message.type() == 'K')
        .findFirst()
        .orElseThrow()
        .body()
        .getBytes(ISO_8859_1);
  }

  static void cancel(OpenDoor door, byte[] key) throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.raw(
          ByteBuffer.allocate(8 + key.length)
              .putInt(8 + key.length)
              .putInt(80877102)
              .put(key)
              .array());
      client.untilClosed();
    }
  }

  private static String running() throws Exception {
    return door.shop.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%AS endless'"
            + " AND pid <> pg_backend_pid()");
  }
}
