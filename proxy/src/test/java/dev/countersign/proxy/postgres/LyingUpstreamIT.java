package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ours: a server that says what nobody asked it for is believed in nothing. */
final class LyingUpstreamIT {

  private static LyingUpstream upstream;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    Shop shop = Shop.open();
    upstream = new LyingUpstream(shop.port());
    door = OpenDoor.openBefore(shop, upstream.port());
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
    upstream.close();
  }

  static Stream<Arguments> lies() throws IOException {
    return Stream.of(
        Arguments.of("a row", frame('D', int16(1), int32(1), new byte[] {'x'})),
        Arguments.of("a description", frame('T', int16(0))),
        Arguments.of("an end", frame('C', cString("SELECT 1"))),
        Arguments.of("an empty answer", frame('I')),
        Arguments.of("no data", frame('n')),
        Arguments.of("ready again", frame('Z', new byte[] {'I'})),
        Arguments.of("parsed", frame('1')),
        Arguments.of("bound", frame('2')),
        Arguments.of("closed", frame('3')),
        Arguments.of("suspended", frame('s')),
        Arguments.of("parameters", frame('t', int16(0))),
        Arguments.of("an error", frame('E', cString("SERROR"), cString("CXX000"), new byte[1])),
        Arguments.of("COPY from the client", frame('G', new byte[1], int16(0))),
        Arguments.of("COPY to the client", frame('H', new byte[1], int16(0))),
        Arguments.of("COPY both ways", frame('W', new byte[1], int16(0))),
        Arguments.of("copied data", frame('d', cString("x"))),
        Arguments.of("copied all", frame('c')),
        Arguments.of("a function's result", frame('V', int32(-1))),
        Arguments.of("another login", frame('R', int32(3))),
        Arguments.of("another key", frame('K', int32(1), int32(2))),
        Arguments.of("another version", frame('v', int32(0), int32(0))),
        Arguments.of("an encoding", frame('S', cString("client_encoding"), cString("LATIN1"))),
        Arguments.of(
            "strings with escapes",
            frame('S', cString("standard_conforming_strings"), cString("off"))),
        Arguments.of("an unknown type", frame('?')),
        Arguments.of("a length below its own", new byte[] {'D', 0, 0, 0, 3}));
  }

  static Stream<Arguments> answers() throws IOException {
    byte[] row = frame('D', int16(1), int32(1), new byte[] {'x'});
    byte[] ready = frame('Z', new byte[] {'I'});
    return Stream.of(
        Arguments.of("a row without a description", row),
        Arguments.of("COPY from the client", frame('G', new byte[1], int16(0))),
        Arguments.of("COPY to the client", frame('H', new byte[1], int16(0))),
        Arguments.of("copied data", frame('d', cString("x"))),
        Arguments.of("part of a portal", frame('s')),
        Arguments.of("ready without an end", ready),
        Arguments.of("no data", frame('n')));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void whoAnswersSomethingElseIsHungUpOn(String what, byte[] answer) throws Exception {
    try (RawClient client = ready()) {
      upstream.answer(answer);
      client.send('Q', cString("SELECT email FROM customers"));

      assertHungUpOn(client, what);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void whoSaysWhatNobodyAskedForIsHungUpOn(String what, byte[] lie) throws Exception {
    try (RawClient client = ready()) {
      upstream.say(lie);

      assertHungUpOn(client, what);
    }
  }

  /** A client whose session is the only connection to the server. */
  private static RawClient ready() throws Exception {
    RawClient client = RawClient.loggedIn(door);
    client.send('Q', cString("SELECT 1"));
    client.untilReady();
    Awaitility.await().until(upstream::connections, open -> open == 1);
    return client;
  }

  private static void assertHungUpOn(RawClient client, String what) throws IOException {
    assertThat(client.untilClosed())
        .as(what)
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.type()).isEqualTo('E');
              assertThat(error.body()).contains("FATAL", "08P01", "the upstream left the protocol");
            });
    Awaitility.await().until(upstream::connections, open -> open == 0);
  }
}
