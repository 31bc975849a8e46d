package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A server for one connection: it answers the request for TLS, and a startup packet, with what it
 * is told to, and keeps everything that comes.
 */
final class ScriptedUpstream implements AutoCloseable {

  private final ServerSocket listener;
  private final CompletableFuture<String> inClear = new CompletableFuture<>();
  private final CompletableFuture<String> inTls = new CompletableFuture<>();

  private ScriptedUpstream(String host) throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.ofLiteral(host));
  }

  /** Answers the request for TLS with these bytes. */
  static ScriptedUpstream inClear(String answer) throws IOException {
    ScriptedUpstream upstream = new ScriptedUpstream("127.0.0.1");
    upstream.serve(
        upstream.inClear,
        client -> {
          client.getOutputStream().write(answer.getBytes(ISO_8859_1));
          return rest(client);
        });
    return upstream;
  }

  /** Begins TLS, and answers the startup packet with these bytes; with none it hangs up. */
  static ScriptedUpstream inTls(String host, SSLContext tls, String answer) throws IOException {
    ScriptedUpstream upstream = new ScriptedUpstream(host);
    upstream.serve(
        upstream.inTls,
        client -> {
          client.getOutputStream().write('S');
          SSLSocket inside =
              (SSLSocket) tls.getSocketFactory().createSocket(client, host, client.getPort(), true);
          inside.setUseClientMode(false);
          StringBuilder received = new StringBuilder();
          try (inside) {
            DataInputStream in = new DataInputStream(inside.getInputStream());
            received.append(new String(in.readNBytes(in.readInt() - 4), ISO_8859_1));
            if (!answer.isEmpty()) {
              inside.getOutputStream().write(answer.getBytes(ISO_8859_1));
              received.append(rest(inside));
            }
          } catch (IOException over) {
            // The gateway has gone away: what it has said until then counts.
          }
          return received.toString();
        });
    return upstream;
  }

  /** What is done with the connection; answers what came. */
  private interface Script {
    String run(Socket client) throws IOException;
  }

  private void serve(CompletableFuture<String> received, Script script) {
    Thread.startVirtualThread(
        () -> {
          try (Socket client = listener.accept()) {
            client.getInputStream().readNBytes(8);
            received.complete(script.run(client));
          } catch (IOException e) {
            received.completeExceptionally(e);
          }
        });
  }

  private static String rest(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
  }

  String host() {
    return listener.getInetAddress().getHostAddress();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Everything behind the request for TLS, once the gateway has hung up. */
  String receivedInClear() throws Exception {
    return inClear.get(20, TimeUnit.SECONDS);
  }

  /** Everything that came encrypted, once the gateway has hung up. */
  String receivedInTls() throws Exception {
    return inTls.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
