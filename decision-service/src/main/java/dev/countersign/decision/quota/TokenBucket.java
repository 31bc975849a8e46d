package dev.countersign.decision.quota;

import java.time.Duration;
import java.util.Optional;

/**
 * A token bucket: each call takes one out, time puts them in, up to its size. Guarded by itself.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2697">RFC 2697, which meters so</a>
 */
public final class TokenBucket {

  private final double size;
  private final double perNano;
  private double tokens;
  private long filled;

  /**
   * A full one.
   *
   * @param size calls at once
   * @param perSecond tokens that come in a second
   * @param now in nanoseconds, as always here
   */
  public TokenBucket(double size, double perSecond, long now) {
    this.size = Math.max(1, size);
    this.perNano = perSecond / Duration.ofSeconds(1).toNanos();
    this.tokens = this.size;
    this.filled = now;
  }

  /**
   * Takes a token.
   *
   * @return empty if there was one; otherwise after what time there is
   */
  public synchronized Optional<Duration> take(long now) {
    fill(now);
    if (tokens >= 1) {
      tokens--;
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano)));
  }

  /** Whether it is as a new one would be. */
  public synchronized boolean isFull(long now) {
    fill(now);
    return tokens >= size;
  }

  private void fill(long now) {
    tokens = Math.min(size, tokens + (now - filled) * perNano);
    filled = now;
  }
}
