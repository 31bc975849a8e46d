package dev.countersign.proxy.kubernetes;

import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.FIN;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.control;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.data;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.joined;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.kubernetes.spdy.SpdyBytes;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Terminals over SPDY, byte by byte: as no stock client speaks it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("StringConcatToTextBlock") // Line ends are what is tested.
class SpdyAttackIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";
  private static final String VERSION = "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n";
  private static final String AGREED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n";

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private static String exec(String cluster, String query) {
    return "POST /k8s/" + cluster + "/api/v1/namespaces/prod/pods/web-1/exec?" + query;
  }

  /** A terminal that the door has agreed to. */
  private static RawConnection terminal(String cluster, String query) throws IOException {
    RawConnection connection = door.connect();
    connection.send(RawConnection.request(exec(cluster, query), UPGRADE + VERSION, ""));
    assertThat(connection.until("\r\n\r\n"))
        .startsWith("HTTP/1.1 101 ")
        .contains("Upgrade: SPDY/3.1\r\n", "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n");
    return connection;
  }

  /** The next frame of a type or, below zero, of data of a stream; empty if none comes. */
  private static String next(RawConnection connection, int typeOrStream) throws IOException {
    while (true) {
      byte[] head = connection.in().readNBytes(8);
      if (head.length < 8) {
        return "";
      }
      ByteBuffer numbers = ByteBuffer.wrap(head);
      int word = numbers.getInt();
      byte[] payload = connection.in().readNBytes(numbers.getInt() & 0xffffff);
      boolean isIt = word < 0 ? (word & 0xffff) == typeOrStream : word == -typeOrStream;
      if (isIt && payload.length > 0) {
        return new String(payload, ISO_8859_1);
      }
    }
  }

  private static void hasEnded() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(door.journal.of(Event.SessionClosed.class)).isNotEmpty());
  }

  @Test
  void k8s05_recordsWhatIsTypedAndHowLargeTheTerminalIs() throws Exception {
    try (RawConnection client = terminal("prod-eu", "command=sh&stdin=true&stdout=true&tty=true")) {
      SpdyBytes spdy = new SpdyBytes();
      client.send(spdy.opened(1, "error"));
      client.send(spdy.opened(3, "stdin"));
      client.send(spdy.opened(5, "stdout"));
      client.send(spdy.opened(7, "resize"));
      client.send(data(7, 0, "{\"Width\":80,\"Height\":24}\n".getBytes(US_ASCII)));
      client.send(control(6, 0, 11));
      assertThat(next(client, 6)).as("the ping").isEqualTo("\0\0\0\13");

      client.send(data(3, 0, "whoami\n".getBytes(US_ASCII)));
      assertThat(next(client, 9)).as("a window of all").isEqualTo("\0\0\0\0\0\0\0\7");
      assertThat(next(client, -5)).isNotEmpty();
      client.send(data(3, FIN, "exit\n".getBytes(US_ASCII)));
      assertThat(next(client, -1)).contains("\"Success\"");
      assertThat(next(client, 7)).as("a farewell").isEqualTo("\0\0\0\7\0\0\0\0");
    }

    hasEnded();
    assertThat(door.recorded(Stream.RESIZE)).isEqualTo("80x24");
    assertThat(door.recorded(Stream.INPUT)).isEqualTo("whoami\nexit\n");
    assertThat(door.recorded(Stream.OUTPUT)).contains("root");
  }

  static java.util.stream.Stream<Arguments> surprises() {
    byte[] typed = "rm -rf /\n".getBytes(US_ASCII);
    byte[] size = new byte[300];
    SpdyBytes ended = new SpdyBytes();
    SpdyBytes twice = new SpdyBytes();
    SpdyBytes back = new SpdyBytes();
    SpdyBytes silent = new SpdyBytes();
    SpdyBytes large = new SpdyBytes();
    return java.util.stream.Stream.of(
        Arguments.of("HTTP", "GET /api/v1/secrets HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII)),
        Arguments.of("a WebSocket frame", WebSocketFrame.encode(WebSocketFrame.BINARY, typed, 7)),
        Arguments.of("an answer to no ping", control(6, 0, 2)),
        Arguments.of("a stream that was not asked for", new SpdyBytes().opened(1, "stderr")),
        Arguments.of("a stream of no type", new SpdyBytes().opened(1, "data")),
        Arguments.of("a stream of the server's", new SpdyBytes().opened(2, "stdin")),
        Arguments.of(
            "a header too many",
            new SpdyBytes().synStream(1, 0, Map.of("streamtype", "stdin", "port", "22"))),
        Arguments.of("typing into nothing", data(1, 0, typed)),
        Arguments.of(
            "typing behind the end",
            joined(ended.synStream(1, FIN, Map.of("streamtype", "stdin")), data(1, 0, typed))),
        Arguments.of(
            "two to type into", joined(twice.opened(1, "stdin"), twice.opened(3, "stdin"))),
        Arguments.of("a number again", joined(back.opened(3, "stdin"), back.opened(3, "error"))),
        Arguments.of(
            "typing into the way out", joined(silent.opened(1, "stdout"), data(1, 0, typed))),
        Arguments.of("a size of no terminal", joined(large.opened(1, "resize"), data(1, 0, size))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("surprises")
  void k8s05_endsBothSidesAtASurprise(String name, byte[] bytes) throws Exception {
    try (RawConnection client = terminal("prod-eu", "command=sh&stdin=true&stdout=true&tty=true")) {
      client.send(bytes);

      assertThat(next(client, 7)).as(name).isEmpty();
    }
    hasEnded();
    assertThat(door.recorded(Stream.INPUT)).isEmpty();
  }

  @Test
  void k8s05_survivesRandomBytes() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      try (RawConnection client = terminal("prod-eu", "command=sh&stdin=true&stdout=true")) {
        byte[] noise = new byte[64];
        random.nextBytes(noise);
        noise[0] = (byte) 0x80;
        client.send(noise);

        assertThat(next(client, 7)).isEmpty();
      }
    }
    assertThat(door.recorded(Stream.INPUT)).isEmpty();
  }

  @Test
  void k8s05_takesNothingTypedWhereTheRequestSaidNothingWouldBe() throws Exception {
    try (RawConnection client = terminal("prod-eu", "command=sh&stdout=true")) {
      client.send(new SpdyBytes().opened(1, "stdin"));

      assertThat(next(client, 2)).as("no stream is opened").isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-Stream-Protocol-Version: v2.channel.k8s.io\r\n",
        "X-Stream-Protocol-Version: v4.channel.k8s.io.example\r\n",
      })
  void k8s05_takesOneVersionAndNoOther(String version) throws Exception {
    try (RawConnection client = door.connect()) {
      client.send(
          RawConnection.request(exec("scripted", "command=sh&stdout=true"), UPGRADE + version, ""));

      assertThat(client.answer()).startsWith("HTTP/1.1 400 ").contains("v4.channel.k8s.io");
    }
    assertThat(door.scripted.heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
            + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
      })
  void k8s01_k8s03_k8s04_opensNoTerminalThatTheServerDidNotAgreeTo(String answer) throws Exception {
    door.scripted.answers(answer);

    try (RawConnection client = door.connect()) {
      client.send(
          RawConnection.request(exec("scripted", "command=sh&stdout=true"), UPGRADE + VERSION, ""));

      assertThat(client.answer()).startsWith("HTTP/1.1 ").doesNotContain(" 101 ");
    }
    assertThat(door.scripted.nextHeard()).startsWith("GET /api/v1/namespaces/prod/pods/web-1/exec");
  }

  /** Without a word it would look to kubectl as if the command had done what it does. */
  @Test
  void tellsThatTheServerBrokeOff() throws Exception {
    door.scripted.answers(
        AGREED
            + new String(
                WebSocketFrame.encode(WebSocketFrame.BINARY, "\1half of".getBytes(US_ASCII)),
                ISO_8859_1));
    door.scripted.hangUp();
    try (RawConnection client = terminal("scripted", "command=sh&stdout=true")) {
      SpdyBytes spdy = new SpdyBytes();
      client.send(joined(spdy.opened(1, "error"), spdy.opened(3, "stdout")));

      assertThat(next(client, -3)).isEqualTo("half of");
      assertThat(next(client, -1)).contains("\"Failure\"", "broke the terminal off");
    }
  }

  @Test
  void answersAServersPing() throws Exception {
    door.scripted.stray.clear();
    door.scripted.answers(
        AGREED
            + new String(
                WebSocketFrame.encode(WebSocketFrame.PING, "there?".getBytes(US_ASCII)), ISO_8859_1)
            + new String(
                WebSocketFrame.encode(WebSocketFrame.BINARY, "\1after".getBytes(US_ASCII)),
                ISO_8859_1));
    try (RawConnection client = terminal("scripted", "command=sh&stdout=true")) {
      SpdyBytes spdy = new SpdyBytes();
      client.send(joined(spdy.opened(1, "error"), spdy.opened(3, "stdout")));
      assertThat(next(client, -3)).isEqualTo("after");
    }

    assertThat(door.scripted.stray.poll(30, TimeUnit.SECONDS))
        .as("a pong of six bytes, masked")
        .startsWith(new String(new byte[] {(byte) 0x8a, (byte) 0x86}, ISO_8859_1));
  }

  @Test
  void gw11_endsWithItsGrant() throws Exception {
    try (RawConnection client = terminal("prod-eu", "command=sh&stdin=true&stdout=true")) {
      SpdyBytes spdy = new SpdyBytes();
      client.send(
          joined(spdy.opened(1, "error"), spdy.opened(3, "stdin"), spdy.opened(5, "stdout")));
      assertThat(next(client, -5)).contains("/ # ");

      door.admission.closers.take().accept("the grant has ended");

      assertThat(next(client, 7)).isEmpty();
    }
    assertThat(door.journal.of(Event.SessionClosed.class))
        .anySatisfy(end -> assertThat(end.reason()).isEqualTo("the grant has ended"));
  }
}
