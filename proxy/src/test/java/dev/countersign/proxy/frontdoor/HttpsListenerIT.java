package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener against raw sockets, the JDK's client and curl. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("StringConcatToTextBlock") // Line ends are what is tested.
class HttpsListenerIT {

  private static final int LIMIT = 8 << 20;

  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> left = new LinkedBlockingQueue<>();
  private TestTls tls;
  private HttpsListener listener;
  private int port;

  @BeforeAll
  void open() throws Exception {
    tls = TestTls.make();
    HttpsConfig.Limits limits =
        new HttpsConfig.Limits(
            200,
            64,
            8 << 10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(8));
    listener =
        new HttpsListener(
            tls.door(limits),
            Map.of(
                "echo",
                this::echo,
                "talk",
                this::talk,
                "pour",
                this::pour,
                "hang",
                this::hang,
                "split",
                this::split));
    port = listener.start().getPort();
  }

  @AfterAll
  void close() {
    listener.close();
  }

  @BeforeEach
  void forget() {
    seen.clear();
    left.clear();
  }

  private void echo(HttpExchange exchange) throws IOException {
    seen.add(exchange.method() + " " + exchange.target());
    byte[] body = exchange.body(LIMIT).readAllBytes();
    try (OutputStream out =
        exchange.respond(200, HttpFields.of("X-Protocol", exchange.protocol().name()))) {
      out.write(body);
    }
  }

  private void talk(HttpExchange exchange) throws IOException {
    try (Duplex duplex = exchange.upgrade(HttpFields.of("Upgrade", "shout"))) {
      byte[] some = new byte[100];
      int count;
      while ((count = duplex.in().read(some)) >= 0) {
        duplex
            .out()
            .write(new String(some, 0, count, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8));
        duplex.out().flush();
      }
      left.add("talk");
    }
  }

  /** More than any buffer holds. */
  private void pour(HttpExchange exchange) {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = exchange.respond(200, HttpFields.NONE)) {
      for (int i = 0; i < 4_000; i++) {
        out.write(block);
      }
      left.add("all taken");
    } catch (IOException e) {
      left.add(e.getMessage());
    }
  }

  /** A head that cannot be written. */
  private void split(HttpExchange exchange) throws IOException {
    try (OutputStream out = exchange.respond(200, HttpFields.of("X-Split", "a\r\nb"))) {
      out.write('a');
      out.flush();
    }
  }

  private void hang(HttpExchange exchange) throws InterruptedException {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    exchange.onClosed(() -> gone.complete(null));
    seen.add("hang");
    gone.join();
    left.add("hang");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 3\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /echo HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: identity\r\n\r\n"
            + "0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET /echo HTTP/1.1\nHost: a\n\n",
        "GET /echo HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        "GET /echo HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\u0000c\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /echo HTTP/1.1\r\nX: a\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET http://a/echo HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /echo#x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /echo HTTP/1.0\r\nHost: a\r\n\r\n",
        "get /echo HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void k8s29_refusesWhatTwoReadersCouldReadInTwoWays(String request) throws Exception {
    try (SSLSocket socket = connect()) {
      send(socket, request + "GET /echo/second HTTP/1.1\r\nHost: a\r\n\r\n");

      String answer = rest(socket);

      assertThat(answer).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1");
      assertThat(seen).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3;a=b\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "100000004\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "0\r\nX-Trailer: a\r\n\r\n",
      })
  void k8s29_breaksOffWhereChunksAreNotPlain(String body) throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + body
              + "GET /echo/second HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(rest(socket)).doesNotContain("200");
      assertThat(seen).doesNotContain("GET /echo/second");
    }
  }

  @Test
  void k8s29_answersNothingMoreWhereAnAnswerHasNoHead() throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "GET /split HTTP/1.1\r\nHost: a\r\n\r\n"
              + "GET /echo/second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertThat(rest(socket)).isEmpty();
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void refusesAHeadThatIsTooLong() throws Exception {
    try (SSLSocket socket = connect()) {
      send(socket, "GET /echo HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");

      assertThat(rest(socket)).startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void answersRequestsInTheirOrderEvenIfTheyComeAtOnce() throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "POST /echo/1 HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Content-Length: 3\r\n\r\n"
              + "onePOST /echo/2 HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "3\r\n"
              + "two\r\n"
              + "0\r\n\r\n"
              + "HEAD /echo/3 HTTP/1.1\r\n"
              + "Host: a\r\n\r\n"
              + "GET /none HTTP/1.1\r\n"
              + "Host: a\r\n\r\n");

      assertThat(until(socket, "no such door")).containsSubsequence("one", "two", "404");
      assertThat(seen).containsExactly("POST /echo/1", "POST /echo/2", "HEAD /echo/3");
    }
  }

  @Test
  void hangsUpAfterARequestThatSaysItIsTheLast() throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "POST /echo/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
              + "endGET /echo/more HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(rest(socket)).contains("Connection: close\r\n", "end").doesNotContain("/more");
    }
    assertThat(seen).containsExactly("POST /echo/last");
  }

  @Test
  void tellsAClientThatWaitsToGoOn() throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(until(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");

      send(socket, "abc");

      assertThat(until(socket, "abc")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void neverReadsAsARequestWhatFollowsAnUpgrade() throws Exception {
    try (SSLSocket socket = connect()) {
      send(
          socket,
          "GET /talk HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Connection: keep-alive, Upgrade\r\n"
              + "Upgrade: shout\r\n\r\n"
              + "get /echo http/1.1\r\n\r\n");

      assertThat(until(socket, "GET /ECHO HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 101 ")
          .contains("Upgrade: shout");
      send(socket, "hello");
      assertThat(until(socket, "HELLO")).isEqualTo("HELLO");
    }
    assertThat(left.poll(20, TimeUnit.SECONDS)).isEqualTo("talk");
    assertThat(seen).isEmpty();
  }

  @Test
  void refusesABodyThatIsTooLong() throws Exception {
    HttpResponse<String> answer =
        client(HttpClient.Version.HTTP_2)
            .send(
                request("/echo")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[LIMIT + 1]))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void gw39_breaksOffWhenAClientTakesNothing() throws Exception {
    try (SSLSocket socket = connect()) {
      send(socket, "GET /pour HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(left.poll(60, TimeUnit.SECONDS)).isEqualTo("the client takes nothing");
    }
  }

  @Test
  void hearsThatAClientHasLeftWhileItWaits() throws Exception {
    try (SSLSocket socket = connect()) {
      send(socket, "GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("hang");
    }

    assertThat(left.poll(20, TimeUnit.SECONDS)).isEqualTo("hang");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void carriesManyLargeBodiesAtOnce(String version) throws Exception {
    HttpClient client = client(HttpClient.Version.valueOf(version));
    byte[] large = new byte[3 << 20];
    Arrays.fill(large, (byte) 'x');

    List<CompletableFuture<HttpResponse<byte[]>>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/echo/" + i)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build(),
                        HttpResponse.BodyHandlers.ofByteArray()))
            .toList();

    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.join().headers().firstValue("X-Protocol")).contains(version);
              assertThat(answer.join().body()).isEqualTo(large);
            });
  }

  @Test
  void hearsThatAStreamOfHttp2WasGivenUp() throws Exception {
    HttpClient client = client(HttpClient.Version.HTTP_2);
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("/hang").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("hang");

    answer.cancel(true);
    client.shutdownNow();

    assertThat(left.poll(20, TimeUnit.SECONDS)).isEqualTo("hang");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void speaksWithCurl(String version) throws Exception {
    Process curl =
        new ProcessBuilder(
                "curl",
                "-sS",
                version,
                "--cacert",
                tls.chain().toString(),
                "--data-binary",
                "hello",
                "-w",
                " %{http_code} %{http_version}",
                "https://localhost:" + port + "/echo")
            .redirectErrorStream(true)
            .start();

    assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("hello 200 " + version.substring("--http".length()));
  }

  @Test
  void gw40_closesConnectionsBeyondTheLimit() throws Exception {
    HttpsConfig few =
        tls.door(
            new HttpsConfig.Limits(
                2,
                64,
                8 << 10,
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5)));
    try (HttpsListener narrow = new HttpsListener(few, Map.of("echo", this::echo))) {
      int door = narrow.start().getPort();
      try (SSLSocket _ = connect(door);
          SSLSocket _ = connect(door)) {
        assertThatThrownBy(() -> connect(door).close()).isInstanceOf(IOException.class);
      }
    }
  }

  private SSLSocket connect() throws IOException {
    return connect(port);
  }

  private SSLSocket connect(int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            tls.client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    socket.startHandshake();
    return socket;
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** All until the server closes. */
  private static String rest(SSLSocket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  private static String until(SSLSocket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("all there is: %s", text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  private HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(tls.client()).version(version).build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
  }
}
