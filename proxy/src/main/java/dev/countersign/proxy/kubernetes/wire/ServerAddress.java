package dev.countersign.proxy.kubernetes.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Where an API server is and how its certificate is checked.
 *
 * @param host name or address
 * @param port of TCP
 * @param tls trusts the cluster's authority; the host is verified always
 * @param allowed where it may be, whatever its name resolves to
 */
public record ServerAddress(String host, int port, SSLContext tls, AddressCheck allowed) {

  /** What addresses a connection may lead to. */
  @FunctionalInterface
  public interface AddressCheck {
    /**
     * Lets a connection begin.
     *
     * @throws IOException with words for operators, if it may not lead there
     */
    void require(InetSocketAddress address) throws IOException;
  }

  private static final Duration CONNECT = Duration.ofSeconds(10);

  public ServerAddress {
    requireNonNull(host, "host");
    requireNonNull(tls, "tls");
    requireNonNull(allowed, "allowed");
  }

  /** What stands in the field Host. */
  String authority() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  Socket connect() throws UpstreamException {
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      InetSocketAddress remote = new InetSocketAddress(host, port);
      allowed.require(remote);
      plain.connect(remote, (int) CONNECT.toMillis());
      plain.setSoTimeout((int) CONNECT.toMillis());
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      socket.setSoTimeout(0);
      return socket;
    } catch (IOException e) {
      try {
        plain.close();
      } catch (IOException unclosed) {
        e.addSuppressed(unclosed);
      }
      throw new UpstreamException("the API server cannot be reached", e);
    }
  }
}
