package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that operators declare over the API. They are in the database; each gateway takes a
 * change into its {@link Resources} within seconds, at once where it was made. Sessions that are
 * open keep what they were opened on. While the database is away, what was declared stays.
 */
public final class DeclaredResources implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeclaredResources.class);

  /** For when a notification is lost. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** What stands behind a declared resource, so that it stays the same object while it does. */
  private record Known(DeclaredResource declared, Optional<Upstream> upstream) {}

  private final ResourceTable table;
  private final Journal journal;
  private final Resources registry;
  private final UpstreamReader reader;
  private final Listening listening;
  private volatile Map<String, Known> known = Map.of();

  private DeclaredResources(
      Database database, Journal journal, Resources registry, UpstreamReader reader) {
    this.table = new ResourceTable(database.jdbi());
    this.journal = requireNonNull(journal, "journal");
    this.registry = requireNonNull(registry, "registry");
    this.reader = requireNonNull(reader, "reader");
    this.listening =
        new Listening(
            database, "declared-resources", List.of(ResourceTable.CHANNEL), LOOK, this::look);
  }

  /**
   * Reads what is declared and begins to follow it.
   *
   * @param registry gets what is declared, besides what it has
   */
  public static DeclaredResources open(
      Database database, Journal journal, Resources registry, UpstreamReader reader) {
    DeclaredResources resources = new DeclaredResources(database, journal, registry, reader);
    resources.look();
    resources.listening.start();
    return resources;
  }

  /** What was said of a resource, if it was declared over the API. */
  public Optional<DeclaredResource> find(String name) {
    return Optional.ofNullable(known.get(name)).map(Known::declared);
  }

  /**
   * Declares a resource, or replaces what was declared. That is on the record before it holds.
   *
   * @throws ResourceRefusedException with every fault; nothing has changed then
   */
  public Upstream put(String name, String spec, Subject by) throws ResourceRefusedException {
    Upstream upstream = reader.read(name, spec);
    announce(
        new Event.ResourceDeclared(
            by,
            name,
            upstream.resource().kind().name().toLowerCase(Locale.ROOT),
            upstream.resource().labels(),
            upstream.address()));
    table.put(name, spec, by);
    look();
    return upstream;
  }

  /**
   * Takes a resource away: nobody comes in any more. That is on the record before it holds.
   *
   * @return whether it was declared
   */
  public boolean remove(String name, Subject by) {
    announce(new Event.ResourceRemoved(by, name));
    boolean removed = table.remove(name);
    look();
    return removed;
  }

  private void announce(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  private synchronized void look() {
    Map<String, Known> next = new HashMap<>();
    Map<String, Upstream> upstreams = new HashMap<>();
    for (DeclaredResource declared : table.all()) {
      Known before = known.get(declared.name());
      Known now =
          before != null && before.declared().version() == declared.version()
              ? before
              : new Known(declared, read(declared));
      next.put(declared.name(), now);
      now.upstream().ifPresent(upstream -> upstreams.put(declared.name(), upstream));
    }
    if (!next.equals(known)) {
      known = Map.copyOf(next);
      registry.declare(upstreams);
    }
  }

  /** What another gateway took may be refused here: then it is not there. */
  private Optional<Upstream> read(DeclaredResource declared) {
    try {
      return Optional.of(reader.read(declared.name(), declared.spec()));
    } catch (ResourceRefusedException e) {
      log.atError()
          .addKeyValue("resource", declared.name())
          .addKeyValue("faults", e.faults())
          .log("a declared resource cannot be used on this gateway");
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    listening.close();
  }
}
