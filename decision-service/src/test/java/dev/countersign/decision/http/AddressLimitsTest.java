package dev.countersign.decision.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often an address may call without a good token. */
final class AddressLimitsTest {

  private final AtomicLong now = new AtomicLong();
  private final AddressLimits limits = new AddressLimits(4, now::get);

  private boolean mayCall(String address) {
    return limits.take(new InetSocketAddress(address, 40_000)).isEmpty();
  }

  @Test
  void gw40_eachAddressHasItsOwnAndAnIpv6NetworkOne() {
    assertThat(mayCall("192.0.2.1")).isTrue();
    assertThat(mayCall("192.0.2.1")).isTrue();
    assertThat(mayCall("192.0.2.1")).isFalse();
    assertThat(mayCall("192.0.2.2")).isTrue();
    assertThat(mayCall("2001:db8:0:1::1")).isTrue();
    assertThat(mayCall("2001:db8:0:1::2")).isTrue();
    assertThat(mayCall("2001:db8:0:1::3")).isFalse();
    assertThat(mayCall("2001:db8:0:2::1")).isTrue();
    now.addAndGet(Duration.ofSeconds(15).toNanos());
    assertThat(mayCall("192.0.2.1")).isTrue();
  }

  @Test
  void gw41_manyAddressesTakeBoundedMemory() {
    for (int i = 0; i < 50_000; i++) {
      mayCall("10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 255, i & 255));
    }

    assertThat(limits.size()).isLessThanOrEqualTo(10_001);
  }
}
