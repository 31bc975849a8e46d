package dev.countersign.decision.quota;

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

  @Test
  void gw40_whoHasManyAddressesUsesUpNobodyElses() {
    for (int i = 0; i < 70_000; i++) {
      mayCall("2001:db8:%x:%x::1".formatted(i >> 16, i & 0xffff));
    }

    assertThat(mayCall("2001:db8:9:9::1")).as("its own region is used up").isFalse();
    int others = 0;
    for (int region = 0; region < 100; region++) {
      others += mayCall("2400:%x::1".formatted(region)) ? 1 : 0;
    }
    assertThat(others).isGreaterThan(90);
  }

  @Test
  void saysHowLongToWaitAndWhichCallIsTheFirstTooMany() {
    mayCall("192.0.2.1");
    mayCall("192.0.2.1");

    InetSocketAddress address = new InetSocketAddress("192.0.2.1", 1);
    assertThat(limits.take(address))
        .hasValueSatisfying(
            over -> {
              assertThat(over.isFirst()).isTrue();
              assertThat(over.seconds()).isEqualTo(15);
              assertThat(over.words()).contains("try again in 15 s");
            });
    assertThat(limits.take(address))
        .hasValueSatisfying(over -> assertThat(over.isFirst()).isFalse());
  }
}
