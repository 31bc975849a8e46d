package dev.countersign.decision.quota;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often each address may call without saying well who calls: at the API, at the console's
 * sign-in and at the doors together. Of IPv6 the network counts: its hosts are too many to be kept
 * apart. Safe for any number of threads.
 */
public final class AddressLimits {

  /** So many addresses have a bucket of their own; those beyond share one with their region. */
  private static final int KEPT = 10_000;

  private static final int REGIONS = 1_024;
  private static final int NETWORK_BYTES = 8;
  private static final long BETWEEN_SWEEPS = Duration.ofSeconds(1).toNanos();

  /**
   * What is told to who has called too often.
   *
   * @param rest after what time the next call may be answered
   * @param isFirst whether the call before was still in time: the others are too many to be put on
   *     the record one by one
   */
  public record TooOften(Duration rest, boolean isFirst) {

    /** Whole seconds to wait, at least one. */
    public long seconds() {
      return Math.max(1, rest.plusMillis(999).toSeconds());
    }

    /** For whoever calls. */
    public String words() {
      return "too many sign-ins from this address were not good; try again in " + seconds() + " s";
    }

    /** For the record. */
    public String recorded() {
      return "too many sign-ins from this address were not good; the next ones are not recorded one"
          + " by one";
    }
  }

  private record Bucket(TokenBucket tokens, AtomicBoolean isOver) {

    Optional<TooOften> take(long now) {
      Optional<Duration> wait = tokens.take(now);
      boolean wasOver = isOver.getAndSet(wait.isPresent());
      return wait.map(rest -> new TooOften(rest, !wasOver));
    }
  }

  private final int perMinute;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Bucket[] regions;
  private final int salt = ThreadLocalRandom.current().nextInt();
  private final AtomicLong nextSweep;

  /**
   * @param perMinute calls a minute from one address; half of them may come at once
   */
  public AddressLimits(int perMinute) {
    this(perMinute, System::nanoTime);
  }

  /** The same by another clock. */
  public AddressLimits(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
    nextSweep = new AtomicLong(nanoTime.getAsLong());
    regions = Stream.generate(this::bucket).limit(REGIONS).toArray(Bucket[]::new);
  }

  private Bucket bucket() {
    return new Bucket(
        new TokenBucket(perMinute / 2.0, perMinute / 60.0, nanoTime.getAsLong()),
        new AtomicBoolean());
  }

  /** Calls a minute. */
  public int perMinute() {
    return perMinute;
  }

  /**
   * Counts a call.
   *
   * @return empty if it may be answered
   */
  public Optional<TooOften> take(@Nullable InetSocketAddress source) {
    long now = nanoTime.getAsLong();
    @Nullable InetAddress address = source == null ? null : source.getAddress();
    byte[] bytes = address == null ? new byte[0] : address.getAddress();
    String key = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
    @Nullable Bucket known = buckets.get(key);
    if (known != null) {
      return known.take(now);
    }
    sweep(now);
    return buckets.size() < KEPT
        ? buckets.computeIfAbsent(key, _ -> bucket()).take(now)
        : region(bytes).take(now);
  }

  /** Drops the buckets that are as new ones would be. */
  private void sweep(long now) {
    long due = nextSweep.get();
    if (buckets.size() >= KEPT
        && now - due >= 0
        && nextSweep.compareAndSet(due, now + BETWEEN_SWEEPS)) {
      buckets.values().removeIf(bucket -> bucket.tokens.isFull(now));
    }
  }

  /**
   * Whoever fills all buckets has many addresses, but seldom in many regions: the first half of
   * IPv4, the first quarter of IPv6.
   */
  private Bucket region(byte[] address) {
    byte[] first = Arrays.copyOf(address, address.length == 4 ? 2 : 4);
    return regions[Math.floorMod(31 * Arrays.hashCode(first) ^ salt, REGIONS)];
  }

  int size() {
    return buckets.size();
  }
}
