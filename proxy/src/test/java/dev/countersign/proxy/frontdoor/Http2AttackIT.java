package dev.countersign.proxy.frontdoor;

import static dev.countersign.proxy.frontdoor.RawHttp2.DATA;
import static dev.countersign.proxy.frontdoor.RawHttp2.END_HEADERS;
import static dev.countersign.proxy.frontdoor.RawHttp2.END_STREAM;
import static dev.countersign.proxy.frontdoor.RawHttp2.HEADERS;
import static dev.countersign.proxy.frontdoor.RawHttp2.PING;
import static dev.countersign.proxy.frontdoor.RawHttp2.RESET;
import static dev.countersign.proxy.frontdoor.RawHttp2.SETTINGS;
import static dev.countersign.proxy.frontdoor.RawHttp2.WINDOW;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener against frames of HTTP/2 that no client sends. */
@Timeout(120)
class Http2AttackIT {

  private static final int STREAMS = 16;

  /** Of HTTP/2: the client is to calm down. */
  private static final String ENHANCE_YOUR_CALM = "go away 11";

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private TestTls tls;
  private HttpsListener listener;
  private int port;

  @BeforeEach
  void open() throws Exception {
    tls = TestTls.make();
    listener =
        new HttpsListener(
            tls.door(
                new HttpsConfig.Limits(
                    200,
                    STREAMS,
                    8 << 10,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1))),
            Map.of("echo", this::echo, "hang", this::hang, "pour", this::pour));
    port = listener.start().getPort();
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.body(1 << 20).readAllBytes();
    seen.add(exchange.target() + " " + exchange.headers().all() + " " + body.length);
    try (OutputStream out = exchange.respond(200, HttpFields.NONE)) {
      out.write("heard".getBytes(US_ASCII));
    }
  }

  private void hang(HttpExchange exchange) throws InterruptedException {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    exchange.onClosed(() -> gone.complete(null));
    seen.add("hang");
    gone.join();
  }

  /** Until nothing more can be put anywhere. */
  private void pour(HttpExchange exchange) throws IOException {
    try (OutputStream out = exchange.respond(200, HttpFields.NONE)) {
      for (int i = 0; i < 4_000; i++) {
        out.write(new byte[16 << 10]);
        seen.add("block");
      }
    }
  }

  private RawHttp2 connect() throws IOException {
    return new RawHttp2(tls.client(), port);
  }

  /** Fields as {@code name=value}, with a blank between them; {@code ~} is a line end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ":path=/echo :path=/hang :authority=a",
        ":path=/echo :authority=a :authority=b",
        ":path=/echo :method=POST :authority=a",
        ":authority=a x=y :path=/echo",
        ":path=/echo",
        ":path=/echo :authority=a host=b",
        ":path=/echo :authority=",
        ":path=/echo host=a host=a",
        ":path=echo :authority=a",
        ":path= :authority=a",
        ":path=* :authority=a",
        ":path=https://a/echo :authority=a",
        ":path=/echo~X:y :authority=a",
        ":path=/echo :authority=a~X:y",
        ":path=/echo :authority=a x=b~Impersonate-User:admin",
        ":path=/echo :authority=a x~Impersonate-User=admin",
        ":path=/echo :authority=a x=b\u0000",
        ":path=/echo :authority=a X=b",
        ":path=/echo :authority=a x:y=b",
        ":path=/echo :authority=a connection=upgrade",
        ":path=/echo :authority=a transfer-encoding=chunked",
        ":path=/echo :authority=a te=gzip",
        ":path=/echo :authority=a upgrade=websocket",
        ":path=/echo :authority=a content-length=3",
        ":path=/echo :authority=a :status=200",
        ":path=/echo#x :authority=a",
      })
  void k8s29_refusesWhatTwoReadersCouldReadInTwoWays(String request) throws Exception {
    String[] fields = request.split(" ", -1);
    String[] all = new String[4 + 2 * fields.length];
    all[0] = ":method";
    all[1] = "GET";
    all[2] = ":scheme";
    all[3] = "https";
    for (int i = 0; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      all[4 + 2 * i] = fields[i].substring(0, equals).replace("~", "\r\n");
      all[5 + 2 * i] = fields[i].substring(equals + 1).replace("~", "\r\n");
    }
    try (RawHttp2 connection = connect()) {
      connection.send(HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.block(all));

      assertThat(connection.answer(1)).isIn("400", "reset 1", "go away 1");
      assertThat(seen).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "4", "+3", "-3", "x", "99999999999999999999"})
  void k8s29_takesNoBodyThatIsNotAsLongAsItSays(String length) throws Exception {
    try (RawHttp2 connection = connect()) {
      connection.send(HEADERS, END_HEADERS, 1, posting("/echo", "content-length", length));
      connection.send(DATA, END_STREAM, 1, new byte[3]);

      assertThat(connection.answer(1)).isEqualTo("reset 1");
      assertThat(seen).isEmpty();
    }
  }

  private static byte[] posting(String path, String name, String value) {
    return RawHttp2.block(
        ":method", "POST", ":scheme", "https", ":path", path, ":authority", "a", name, value);
  }

  @Test
  void k8s29_readsNothingOfWhatStandsBehindABody() throws Exception {
    try (RawHttp2 connection = connect()) {
      connection.send(HEADERS, END_HEADERS, 1, posting("/echo", "x", "y"));
      connection.send(DATA, 0, 1, new byte[3]);
      connection.send(
          HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.block("authorization", "Bearer other"));

      assertThat(connection.answer(1)).isEqualTo("200");
      assertThat(seen).containsExactly("/echo [host, x] 3");
    }
  }

  /** Also of who has not said yet that it knows the bound. */
  @Test
  void gw40_servesOnlySoManyStreamsAtOnce() throws Exception {
    try (RawHttp2 connection = connect()) {
      int last = 1;
      for (int i = 0; i < 4 * STREAMS; i++, last += 2) {
        connection.get(last, "/hang");
      }

      // It is refused and may come again.
      assertThat(connection.answer(last - 2)).isEqualTo("reset 7");
      assertThat(seen).hasSize(STREAMS);
    }
  }

  /**
   * Streams that are over count no more, but what was begun for them goes on for a while. The
   * second way is CVE-2025-55163: there it is the door that has to give the stream up.
   */
  @ParameterizedTest
  @ValueSource(ints = {RESET, WINDOW})
  void gw40_hangsUpOnAClientThatGivesUpWhatItAsksForAgainAndAgain(int how) throws Exception {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    byte[] request =
        RawHttp2.block(":method", "GET", ":scheme", "https", ":path", "/hang", ":authority", "a");
    for (int stream = 1; stream < 4_000; stream += 2) {
      frames.writeBytes(RawHttp2.frame(HEADERS, END_HEADERS | END_STREAM, stream, request));
      frames.writeBytes(RawHttp2.frame(how, 0, stream, new byte[4]));
    }
    try (RawHttp2 connection = connect()) {
      try {
        connection.send(frames.toByteArray());
      } catch (IOException e) {
        // It has hung up already.
      }

      assertThat(connection.answer(0)).isIn(ENHANCE_YOUR_CALM, "go away 0", "hung up");
      assertThat(seen.size()).isLessThan(500);
    }
  }

  @Test
  void gw41_boundsWhatIsKeptForAClientThatTakesNothing() throws Exception {
    try (RawHttp2 connection = connect()) {
      takeNothing(connection);
      for (int i = 0; i < STREAMS; i++) {
        connection.get(1 + 2 * i, "/pour");
      }

      for (int i = 0; i < STREAMS; i++) {
        assertThat(connection.next(RESET)).isTrue();
      }
      assertThat(seen.size()).isLessThanOrEqualTo(5 * STREAMS);
    }
  }

  @Test
  void gw39_breaksOffWhenAClientDoesNotTakeTheEnd() throws Exception {
    try (RawHttp2 connection = connect()) {
      takeNothing(connection);
      connection.get(1, "/echo");

      assertThat(connection.answer(1)).isEqualTo("200");
      assertThat(connection.answer(1)).isEqualTo("reset 8");
      // Nothing keeps an idle connection any more.
      assertThat(connection.answer(1)).isEqualTo("go away 0");
    }
  }

  /** Neither what it asked for, nor that this is broken off; what it says is no sign of life. */
  @Test
  void gw39_hangsUpOnAClientThatTakesNothingButTalks() throws Exception {
    try (RawHttp2 connection = connect()) {
      connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0x7f, -1, -1, -1});
      connection.send(WINDOW, 0, 0, new byte[] {0x7f, -1, 0, 0});
      connection.get(1, "/pour");

      Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> connection.send(PING, 0, 0, new byte[8]))
                      .isInstanceOf(IOException.class));
    }
  }

  /** A window of nothing for all that is asked. */
  private static void takeNothing(RawHttp2 connection) throws IOException {
    connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
  }
}
