package dev.countersign.proxy.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A server that is a real one, until it is told what to say besides. */
final class LyingUpstream implements AutoCloseable {

  private final ServerSocket listener;
  private final int port;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final AtomicReference<byte[]> instead = new AtomicReference<>(new byte[0]);

  /**
   * @param port the real server's
   */
  LyingUpstream(int port) throws IOException {
    this.port = port;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections the gateway has open. */
  int connections() {
    return connections.size();
  }

  /** Says this on every connection. */
  void say(byte[] lie) throws IOException {
    for (Socket connection : connections) {
      connection.getOutputStream().write(lie);
    }
  }

  /** Says this, once, instead of what the real server answers next. */
  void answer(byte[] lie) {
    instead.set(lie);
  }

  private void answers(Socket server, Socket gateway) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    for (int read = server.getInputStream().read(buffer);
        read >= 0;
        read = server.getInputStream().read(buffer)) {
      byte[] lie = instead.getAndSet(new byte[0]);
      gateway.getOutputStream().write(lie.length == 0 ? Arrays.copyOf(buffer, read) : lie);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket gateway = listener.accept();
        connections.add(gateway);
        Thread.startVirtualThread(() -> serve(gateway));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket gateway) {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread.startVirtualThread(
          () -> {
            try {
              answers(server, gateway);
            } catch (IOException over) {
              // The gateway has left.
            }
          });
      gateway.getInputStream().transferTo(server.getOutputStream());
    } catch (IOException over) {
      // The server has left.
    } finally {
      connections.remove(gateway);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
