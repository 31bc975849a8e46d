package dev.countersign.proxy.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.resource.Networks;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class CheckedSocketsTest {

  @Test
  void gw51_connectsOnlyWhereUpstreamsMayBe() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket refused = new CheckedSockets(Networks.ELSEWHERE.toString()).createSocket();
        Socket allowed = new CheckedSockets(Networks.ANYWHERE.toString()).createSocket()) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());

      assertThatThrownBy(() -> refused.connect(address, 1000))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("the gateway's own machine");
      allowed.connect(address, 10_000);
      assertThat(allowed.isConnected()).isTrue();
    }
  }
}
