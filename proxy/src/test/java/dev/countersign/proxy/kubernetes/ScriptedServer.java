package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** An API server that answers with the bytes a test gives it, whatever it is asked. */
final class ScriptedServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");

  /** Heads and bodies of the requests, in order. */
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** What came on a connection and was no request. */
  final BlockingQueue<String> stray = new LinkedBlockingQueue<>();

  private final BlockingQueue<Boolean> hangUps = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final SSLServerSocket listening;

  ScriptedServer(SSLContext server) throws IOException {
    listening =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("scripted-server").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /**
   * The answer to the next request; without a script it is an empty object. What agrees to a
   * WebSocket has {@code {accept}} in it, for what stands there to fit the request.
   */
  void answers(String raw) {
    answers.add(raw);
  }

  void answers(int status, String type, String body) {
    answers(
        "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, type, body.length(), body));
  }

  /** Ends the connection after the next answer, whatever length it promised. */
  void hangUp() {
    hangUps.add(true);
  }

  String nextHeard() throws InterruptedException {
    String next = heard.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing reached the server");
    }
    return next;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    StringBuilder read = new StringBuilder();
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int next = in.read(); next >= 0; next = in.read()) {
        read.append((char) next);
        if (!read.toString().endsWith("\r\n\r\n")) {
          continue;
        }
        Matcher length = LENGTH.matcher(read);
        if (length.find()) {
          read.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1));
        }
        Matcher key = KEY.matcher(read);
        String accept = key.find() ? WebSocketFrame.accept(key.group(1)) : "";
        heard.add(read.toString());
        read.setLength(0);
        String answer = answers.poll();
        socket
            .getOutputStream()
            .write(
                (answer == null
                        ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\nConnection: close\r\n\r\n{}"
                        : answer.replace("{accept}", accept))
                    .getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        if (hangUps.poll() != null) {
          return;
        }
      }
    } catch (IOException e) {
      // The gateway has closed the connection, as it may.
    } finally {
      stray.add(read.toString());
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
