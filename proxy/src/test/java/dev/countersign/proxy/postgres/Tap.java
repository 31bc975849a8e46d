package dev.countersign.proxy.postgres;

import dev.countersign.proxy.frontdoor.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLSocket;

/**
 * Stands between a stock client and the door, ends TLS on both sides, and keeps every byte that
 * went to the client.
 */
final class Tap implements AutoCloseable {

  private static final int SSL_REQUEST = 80877103;

  private final ServerSocket listener;
  private final InetSocketAddress door;
  private final TestTls tls;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  Tap(InetSocketAddress door, TestTls tls) throws IOException {
    this.door = door;
    this.tls = tls;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Everything that clients received since the last {@link #forget}, one char a byte. */
  String received() {
    synchronized (seen) {
      return seen.toString(StandardCharsets.ISO_8859_1);
    }
  }

  void forget() {
    synchronized (seen) {
      seen.reset();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(door.getAddress(), door.getPort())) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      byte[] first = new DataInputStream(client.getInputStream()).readNBytes(8);
      upstream.getOutputStream().write(first);
      if (first.length < 8 || ByteBuffer.wrap(first).getInt(4) != SSL_REQUEST) {
        var _ = Thread.startVirtualThread(() -> passBack(upstream, client));
        pump(client.getInputStream(), upstream.getOutputStream(), false);
        return;
      }
      client.getOutputStream().write(upstream.getInputStream().readNBytes(1));
      SSLSocket inside = tls(client, true);
      SSLSocket outside = tls(upstream, false);
      Thread back =
          Thread.startVirtualThread(
              () -> {
                try (inside) {
                  pump(outside.getInputStream(), inside.getOutputStream(), true);
                } catch (IOException over) {
                  // The other side has ended first.
                }
              });
      try (outside) {
        pump(inside.getInputStream(), outside.getOutputStream(), false);
      }
      back.join();
    } catch (IOException | GeneralSecurityException | InterruptedException over) {
      // A client that ends in the middle is what some tests are about.
    }
  }

  /** Without TLS; some clients of a cancel request wait until the door has closed. */
  private void passBack(Socket upstream, Socket client) {
    try (client) {
      pump(upstream.getInputStream(), client.getOutputStream(), true);
    } catch (IOException over) {
      // The client has not waited.
    }
  }

  private SSLSocket tls(Socket socket, boolean server)
      throws IOException, GeneralSecurityException {
    var context = server ? tls.server() : TrustEverybody.context();
    SSLSocket made =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
    made.setUseClientMode(!server);
    return made;
  }

  private void pump(InputStream in, OutputStream out, boolean keep) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      if (keep) {
        synchronized (seen) {
          seen.write(buffer, 0, read);
        }
      }
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
