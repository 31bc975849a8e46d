package dev.countersign.proxy.postgres.catalog;

import dev.countersign.decision.resource.Networks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that connect only where upstreams may be. The PostgreSQL driver makes one by its name;
 * that is why it is public.
 */
public final class CheckedSockets extends SocketFactory {

  private final Networks networks;

  /**
   * @param networks as they write themselves
   */
  public CheckedSockets(String networks) {
    this.networks = Networks.parse(networks);
  }

  @Override
  public Socket createSocket() {
    return new Checked(networks);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  private Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = createSocket();
    socket.connect(address);
    return socket;
  }

  /** A socket that asks before it connects. */
  private static final class Checked extends Socket {

    private final Networks networks;

    Checked(Networks networks) {
      this.networks = networks;
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
      connect(remote, 0);
    }

    @Override
    public void connect(SocketAddress remote, int timeout) throws IOException {
      networks.require(remote);
      super.connect(remote, timeout);
    }
  }
}
