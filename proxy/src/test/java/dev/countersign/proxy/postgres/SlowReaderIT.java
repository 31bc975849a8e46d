package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that asks for much and does not read makes the server wait, not the gateway remember
 * (GW-39). How much can be set: {@code -Dcountersign.slow.megabytes=1024}.
 */
final class SlowReaderIT {

  private static final int MEGABYTES = Integer.getInteger("countersign.slow.megabytes", 128);
  private static final long BOUND = 48L << 20;

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT repeat('x', 100000), n FROM generate_series(1, 10 * %d) n",
        "COPY (SELECT repeat('x', 100000), n FROM generate_series(1, 10 * %d) n) TO STDOUT"
      })
  void gw39_whoeverDoesNotReadIsNotRememberedFor(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      long before = used();
      client.send('Q', cString(sql.formatted(MEGABYTES)));

      // The server has filled what there is between it and the client, and waits.
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(SlowReaderIT::waits);
      assertThat(used() - before).isLessThan(BOUND);

      long read = 0;
      long most = 0;
      RawClient.Message message;
      do {
        message = client.message();
        read += message.body().length();
        if (message.type() == 'D' || message.type() == 'd') {
          most = Math.max(most, used() - before);
        }
      } while (message.type() != 'Z');
      assertThat(read).isGreaterThan(MEGABYTES * 1_000_000L);
      assertThat(most).isLessThan(BOUND);
    }
  }

  private static long used() {
    return PlatformDependent.usedDirectMemory();
  }

  private static boolean waits() throws Exception {
    return "1"
        .equals(
            door.shop.ask(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'"));
  }
}
