package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyBodyTest {

  private final AtomicLong clock = new AtomicLong();

  /** A client that sends so many bytes every second. */
  private InputStream client(int bytes, int seconds) {
    return new FilterInputStream(new ByteArrayInputStream(new byte[bytes * seconds])) {
      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int read = super.read(into, from, Math.min(bytes, length));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1) / bytes * Math.max(0, read));
        return read;
      }
    };
  }

  @Test
  void gw40_breaksOffWhatTricklesWhileOthersWait() {
    assertThatThrownBy(() -> new SteadyBody(client(1, 100), () -> true, clock::get).readAllBytes())
        .isInstanceOf(GitWireException.TooMuch.class)
        .hasMessageContaining("too slowly while others wait");
    assertThat(TimeUnit.NANOSECONDS.toSeconds(clock.get())).isBetween(30L, 32L);
  }

  @Test
  void gw40_letsTrickleWhatKeepsNobody() throws Exception {
    assertThat(new SteadyBody(client(1, 100), () -> false, clock::get).readAllBytes()).hasSize(100);
  }

  @Test
  void gw40_takesWhatIsSlowButSteadyAndWhatBeginsLate() throws Exception {
    assertThat(new SteadyBody(client(17_000, 300), () -> true, clock::get).readAllBytes())
        .hasSize(300 * 17_000);
    InputStream late =
        new FilterInputStream(new ByteArrayInputStream(new byte[10])) {
          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(15));
            return super.read(into, from, length);
          }
        };
    assertThat(new SteadyBody(late, () -> true, clock::get).readAllBytes()).hasSize(10);
  }
}
