package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.frontdoor.TestTls;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ServerSocketFactory;

/** What stands in front of a git host and may say and do anything instead of it. */
final class ScriptedHost implements AutoCloseable {

  /** What it does with one request, of which only the head has come so far. */
  @FunctionalInterface
  interface Script {
    void play(Call call) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final String scheme;
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile URI behind = URI.create("/");

  /** What it was sent, login and all. */
  final Queue<Call> calls = new ConcurrentLinkedQueue<>();

  /** What it does from now on. */
  volatile Script script = Call::pass;

  ScriptedHost() throws IOException {
    this("http", ServerSocketFactory.getDefault());
  }

  /** One that speaks TLS and shows that certificate. */
  ScriptedHost(TestTls tls) throws IOException {
    this("https", tls.server().getServerSocketFactory());
  }

  private ScriptedHost(String scheme, ServerSocketFactory sockets) throws IOException {
    this.scheme = scheme;
    listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::listen);
  }

  /**
   * Where it is to be asked.
   *
   * @param host that it stands in front of
   */
  URI before(URI host) {
    behind = host;
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + host.getPath());
  }

  private void listen() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Call call = new Call(socket);
      calls.add(call);
      script.play(call);
    } catch (IOException | InterruptedException e) {
      // Whoever asked has left: that is theirs to notice.
    }
  }

  /** One request, and what can be done with it. The connection ends with it. */
  final class Call {

    final String target;
    final Map<String, String> fields = new HashMap<>();
    final OutputStream out;
    private final String method;
    private final InputStream in;
    private int left;

    private Call(Socket socket) throws IOException {
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      String[] words = line().split(" ", -1);
      method = words[0];
      target = words[1];
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        fields.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      left = Integer.parseInt(fields.getOrDefault("content-length", "0"));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException();
        }
        line.append((char) c);
      }
      return line.toString().strip();
    }

    boolean isPush() {
      return target.endsWith("/git-receive-pack");
    }

    boolean isOffer() {
      return target.endsWith("/info/refs?service=git-receive-pack");
    }

    /** Whether it asks for objects, or for refs as they are for a fetch. */
    boolean isFetch() {
      return target.endsWith("/git-upload-pack");
    }

    /** Reads so much of the body and no more. */
    void take(int bytes) throws IOException {
      in.skipNBytes(bytes);
      left -= bytes;
    }

    /** Reads the rest of the body. */
    void takeAll() throws IOException {
      take(left);
    }

    /** Has it done by the host behind. */
    HttpResponse<byte[]> carryOut() throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(behind.resolve(target))
              .method(method, HttpRequest.BodyPublishers.ofByteArray(in.readNBytes(left)));
      for (String field : new String[] {"authorization", "content-type", "git-protocol"}) {
        Optional.ofNullable(fields.get(field)).ifPresent(value -> request.header(field, value));
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Has it done, and says so. */
    void pass() throws IOException, InterruptedException {
      HttpResponse<byte[]> response = carryOut();
      answer(response, response.body(), response.body().length);
    }

    /**
     * Says something else than what the host behind says, in its head.
     *
     * @param length that is claimed
     */
    void answer(HttpResponse<byte[]> response, byte[] body, int length) throws IOException {
      head(
          response.statusCode(),
          "Content-Type: " + response.headers().firstValue("Content-Type").orElse(""),
          "Content-Length: " + length);
      out.write(body);
      out.flush();
    }

    /** Says anything. */
    void say(int status, String type, String body) throws IOException {
      byte[] bytes = body.getBytes(UTF_8);
      head(status, "Content-Type: " + type, "Content-Length: " + bytes.length);
      out.write(bytes);
      out.flush();
    }

    void head(int status, String... lines) throws IOException {
      String head =
          "HTTP/1.1 %d Something\r\nConnection: close\r\n%s\r\n\r\n"
              .formatted(status, String.join("\r\n", lines));
      out.write(head.getBytes(ISO_8859_1));
      out.flush();
    }

    /** Says nothing until it is left. */
    void beSilent() throws IOException {
      takeAll();
      while (in.read() >= 0) {
        // What else is said is not heard.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    client.shutdownNow();
  }
}
