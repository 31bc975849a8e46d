package dev.countersign.proxy.postgres.catalog;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.countersign.decision.resource.PostgresUpstream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The current snapshot of each upstream. A snapshot is loaded over a connection of its own when
 * nobody has one, when it is older than its time to live, and after {@link #invalidate}.
 */
public final class Catalogs implements AutoCloseable {

  /** DDL that does not pass the gateway is noticed after this time at the latest. */
  static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

  /** What a snapshot is of: a resource that was declared anew is another one. */
  private record Place(
      String resource, String host, int port, String database, List<String> searchPath) {

    static Place of(PostgresUpstream upstream) {
      return new Place(
          upstream.resource().name(),
          upstream.host(),
          upstream.port(),
          upstream.database(),
          upstream.searchPath());
    }
  }

  private record Entry(CompletableFuture<Catalog> catalog, long loadedAt) {}

  private final ConcurrentHashMap<Place, Entry> entries = new ConcurrentHashMap<>();

  /** For each session whose transaction has freed names, these. */
  private final ConcurrentHashMap<Place, Map<Object, Set<String>>> freed =
      new ConcurrentHashMap<>();

  private final ExecutorService loaders = Executors.newVirtualThreadPerTaskExecutor();
  private final LongSupplier nanoTime;

  public Catalogs() {
    this(System::nanoTime);
  }

  Catalogs(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The snapshot to judge by. Complete already in the common case; fails with a {@link
   * CompletionException} around {@link SQLException} if the database cannot be asked.
   */
  public CompletionStage<Catalog> catalog(PostgresUpstream upstream) {
    long now = nanoTime.getAsLong();
    Place where = Place.of(upstream);
    // Every statement asks: whoever finds one takes no lock.
    @Nullable Entry known = entries.get(where);
    return known != null && isUsable(known, now)
        ? known.catalog()
        : entries
            .compute(
                where,
                (place, entry) -> isUsable(entry, now) ? entry : new Entry(load(upstream), now))
            .catalog();
  }

  /** A snapshot taken after that one: there may be more now than it knows. */
  public CompletionStage<Catalog> catalogAfter(PostgresUpstream upstream, Catalog stale) {
    entries.computeIfPresent(
        Place.of(upstream), (place, entry) -> entry.catalog().getNow(null) == stale ? null : entry);
    return catalog(upstream);
  }

  private static boolean isUsable(@Nullable Entry entry, long now) {
    return entry != null
        && !entry.catalog().isCompletedExceptionally()
        && now - entry.loadedAt() < TIME_TO_LIVE.toNanos();
  }

  private CompletableFuture<Catalog> load(PostgresUpstream upstream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Connection connection = OwnConnection.openReadOnly(upstream)) {
            return CatalogReader.read(connection, upstream.searchPath());
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        },
        loaders);
  }

  /** Forgets a snapshot, because the database has changed. */
  public void invalidate(PostgresUpstream upstream) {
    entries.remove(Place.of(upstream));
  }

  /**
   * Notes names of which nobody is to trust what a snapshot says: a transaction has freed them, and
   * may end before anybody hears of it.
   *
   * @param names empty when it is over, and its snapshot forgotten
   */
  public void doubt(PostgresUpstream upstream, Object session, Set<String> names) {
    freed.compute(
        Place.of(upstream),
        (place, known) -> {
          Map<Object, Set<String>> sessions = new HashMap<>(known == null ? Map.of() : known);
          sessions.remove(session);
          if (!names.isEmpty()) {
            sessions.put(session, names);
          }
          return sessions.isEmpty() ? null : sessions;
        });
  }

  /** What {@link #doubt} was told; to be asked before the snapshot is. */
  public Set<String> doubted(PostgresUpstream upstream) {
    if (freed.isEmpty()) {
      return Set.of(); // every statement asks
    }
    return freed.getOrDefault(Place.of(upstream), Map.of()).values().stream()
        .flatMap(Set::stream)
        .collect(toUnmodifiableSet());
  }

  @Override
  public void close() {
    loaders.shutdownNow();
  }
}
