package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.wire.BackendKeyData;
import dev.countersign.proxy.postgres.wire.StartupPacket.CancelRequest;
import dev.countersign.proxy.postgres.wire.StartupPacket.StartupMessage;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which clients cancel. They are our own: the upstream's never leave the gateway
 * (PG-P13). Safe for any number of threads.
 */
final class CancelKeys {

  /** Protocol 3.0 knows keys of four bytes only. */
  private static final int SHORT_KEY = 4;

  /** What a server of PostgreSQL 18 gives to clients of protocol 3.2. */
  private static final int LONG_KEY = 32;

  /** Something that can be cancelled, from any thread. */
  @FunctionalInterface
  interface Cancellable {
    void cancel();
  }

  @SuppressWarnings("ArrayRecordComponent") // Compared in constant time, nowhere else.
  private record Entry(byte[] key, Cancellable session) {}

  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Makes a key for a session; the session gives it back with {@link #remove}.
   *
   * @param minor of the protocol that the client speaks
   */
  BackendKeyData add(Cancellable session, int minor) {
    byte[] key = new byte[minor >= StartupMessage.LATEST_MINOR ? LONG_KEY : SHORT_KEY];
    random.nextBytes(key);
    Entry entry = new Entry(key, session);
    int pid = nextPid();
    while (entries.putIfAbsent(pid, entry) != null) {
      pid = nextPid();
    }
    return new BackendKeyData(pid, key);
  }

  private int nextPid() {
    return 1 + random.nextInt(Integer.MAX_VALUE - 1);
  }

  void remove(@Nullable BackendKeyData key) {
    if (key != null) {
      entries.remove(key.pid());
    }
  }

  /** The session of that key, compared in constant time. */
  Optional<Cancellable> find(CancelRequest request) {
    return Optional.ofNullable(entries.get(request.pid()))
        .filter(entry -> MessageDigest.isEqual(entry.key(), request.key()))
        .map(Entry::session);
  }
}
