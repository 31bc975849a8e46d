package dev.countersign.decision.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworksTest {

  private static boolean allows(Networks networks, String address) {
    return networks.objection(InetAddress.ofLiteral(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "::169.254.169.254",
        "0.0.0.0",
        "0.0.0.1",
        "::",
        "224.0.0.1",
        "ff02::1",
      })
  void gw51_metadataAndWhatIsNoMachineAreNeverUpstreams(String address) {
    assertThat(allows(Networks.ANYWHERE, address)).isFalse();
    assertThat(allows(new Networks(List.of("169.254.0.0/16", "fe80::/10", "::/0")), address))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::127.0.0.1"
      })
  void gw51_theGatewaysOwnMachineIsOnlyWhereItIsNamed(String address) {
    assertThat(allows(Networks.ELSEWHERE, address)).isFalse();
    assertThat(allows(Networks.ANYWHERE, address)).isTrue();
  }

  @Test
  void otherwiseTheNetworksSay() {
    Networks networks = new Networks(List.of("10.20.0.0/15", "2001:db8::/33"));

    assertThat(allows(networks, "10.21.255.255")).isTrue();
    assertThat(allows(networks, "10.22.0.0")).isFalse();
    assertThat(allows(networks, "::ffff:10.20.0.1")).isTrue();
    assertThat(allows(networks, "2001:db8:7fff::1")).isTrue();
    assertThat(allows(networks, "2001:db8:8000::1")).isFalse();
    assertThat(allows(networks, "127.0.0.1")).isFalse();
    assertThat(allows(Networks.ELSEWHERE, "192.0.2.1")).isTrue();
    assertThat(allows(Networks.ELSEWHERE, "2001:db8::1")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "db.internal/8", "::/129", ""})
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> new Networks(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
