package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first message of TLS, in shapes that no client sends, against the door's listener. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientHelloIT {

  private static final int RECORD_HEADER = 5;

  private TestTls tls;
  private HttpsListener listener;
  private int port;

  @BeforeAll
  void open() throws Exception {
    tls = TestTls.make();
    listener =
        new HttpsListener(
            tls.door(
                new HttpsConfig.Limits(
                    200,
                    64,
                    8 << 10,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(2))),
            Map.of("who", exchange -> exchange.respond(401, HttpFields.of()).close()));
    port = listener.start().getPort();
  }

  @AfterAll
  void close() {
    listener.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40, 16_384})
  void gw13_aHelloInPiecesAndForAnotherNameGetsInNowhereElse(int piece) throws Exception {
    try (ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> relay(relay, piece));
      try (SSLSocket socket =
          (SSLSocket)
              tls.client()
                  .getSocketFactory()
                  .createSocket(InetAddress.getLoopbackAddress(), relay.getLocalPort())) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("elsewhere.example")));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket
            .getOutputStream()
            .write("GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));

        assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
            .isEqualTo("HTTP/1.1 401");
      }
    }
  }

  @Test
  void gw13_aHelloOf16MegabytesIsNotWaitedFor() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      byte[] content = new byte[16_000];
      ByteBuffer.wrap(content).put((byte) 1).put(new byte[] {-1, -1, -1}).putShort((short) 0x0303);
      assertThat(takes(socket, content)).as("bytes the door took of it").isLessThan(8 << 20);
    }
  }

  @Test
  void gw13_whoSaysNothingIsCutOff() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  /** Sends records of the handshake until the door hangs up. */
  private static long takes(Socket socket, byte[] content) throws IOException {
    long sent = 0;
    try {
      while (sent < 16 << 20) {
        socket.getOutputStream().write(record(content, 0, content.length));
        sent += content.length;
      }
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      return sent;
    }
    return sent;
  }

  private static byte[] record(byte[] content, int from, int count) {
    return ByteBuffer.allocate(RECORD_HEADER + count)
        .put(new byte[] {0x16, 3, 1})
        .putShort((short) count)
        .put(content, from, count)
        .array();
  }

  /** Cuts the first record of one client into pieces, and hands all the rest on as it is. */
  private void relay(ServerSocket from, int piece) {
    try (Socket client = from.accept();
        Socket door = new Socket(InetAddress.getLoopbackAddress(), port)) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      in.skipNBytes(3);
      byte[] hello = in.readNBytes(in.readUnsignedShort());
      OutputStream out = door.getOutputStream();
      for (int at = 0; at < hello.length; at += piece) {
        out.write(record(hello, at, Math.min(piece, hello.length - at)));
      }
      Thread back = Thread.ofVirtual().start(() -> carry(door, client));
      carry(client, door);
      back.join();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void carry(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      assertThat(e).as("one of the two has hung up").isInstanceOf(SocketException.class);
    }
  }
}
