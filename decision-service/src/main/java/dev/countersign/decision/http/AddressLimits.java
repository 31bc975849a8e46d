package dev.countersign.decision.http;

import dev.countersign.decision.quota.TokenBucket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often each address may call without a good token. Of IPv6 the network counts: its hosts are
 * too many to be kept apart. Safe for any number of threads.
 */
final class AddressLimits {

  /** So many buckets are kept; when they are all in use, further addresses share one. */
  private static final int KEPT = 10_000;

  private static final int NETWORK_BYTES = 8;
  private static final String OTHERS = "others";

  private final int perMinute;
  private final LongSupplier nanoTime;
  private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

  AddressLimits(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
  }

  /** Calls a minute. */
  int perMinute() {
    return perMinute;
  }

  /**
   * Counts a call.
   *
   * @return empty if it may be answered; otherwise after what time it may
   */
  Optional<Duration> take(@Nullable InetSocketAddress source) {
    long now = nanoTime.getAsLong();
    if (buckets.size() >= KEPT) {
      buckets.values().removeIf(bucket -> bucket.isFull(now));
    }
    String key = buckets.size() >= KEPT ? OTHERS : key(source);
    return buckets.computeIfAbsent(key, _ -> RateLimits.bucket(perMinute, now)).take(now);
  }

  private static String key(@Nullable InetSocketAddress source) {
    @Nullable InetAddress address = source == null ? null : source.getAddress();
    if (address == null) {
      return OTHERS;
    }
    byte[] bytes = address.getAddress();
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
  }

  int size() {
    return buckets.size();
  }
}
