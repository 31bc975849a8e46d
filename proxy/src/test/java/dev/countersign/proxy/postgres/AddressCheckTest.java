package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.resource.Networks;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressCheckTest {

  private static ChannelFuture connect(InetSocketAddress address) {
    return new EmbeddedChannel(new AddressCheck(Networks.ELSEWHERE)).connect(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "::1"})
  void gw51_noConnectionBeginsWhereNoUpstreamMayBe(String address) {
    assertThat(connect(new InetSocketAddress(address, 5432)).cause())
        .hasMessageContaining("no upstream may be at");
  }

  @Test
  void gw51_anAddressThatIsNotKnownYetIsNone() {
    assertThat(connect(InetSocketAddress.createUnresolved("db.example", 5432)).cause())
        .hasMessageContaining("it has no address");
  }

  @Test
  void othersGoOn() {
    assertThat(connect(new InetSocketAddress("192.0.2.1", 5432)).isSuccess()).isTrue();
  }
}
