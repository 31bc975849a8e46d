package dev.countersign.decision.quota;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The meters of all subjects at this gateway. Safe for any number of threads. */
public final class Meters {

  /** For gateways without bounds. */
  public static final Meters NONE = new Meters(Caps.NONE);

  /** So many are kept before those that are idle, as new ones would be, are dropped. */
  private static final int KEPT = 10_000;

  private record Key(String issuer, String id) {}

  private final Caps caps;
  private final LongSupplier nanoTime;
  private final Map<Key, Meter> meters = new ConcurrentHashMap<>();

  public Meters(Caps caps) {
    this(caps, System::nanoTime);
  }

  Meters(Caps caps, LongSupplier nanoTime) {
    this.caps = requireNonNull(caps, "caps");
    this.nanoTime = nanoTime;
  }

  /** The one meter of a subject, whatever session and door it comes through. */
  public Meter of(Subject subject) {
    if (caps.isNone()) {
      return Meter.NONE;
    }
    if (meters.size() >= KEPT) {
      meters.values().removeIf(Meter::isIdle);
    }
    return meters.computeIfAbsent(
        new Key(subject.issuer(), subject.id()), _ -> new Meter(caps, nanoTime));
  }

  int size() {
    return meters.size();
  }
}
