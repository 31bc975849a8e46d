package dev.countersign.cli.policy;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.demo.RunningDemo;
import dev.countersign.cli.gateway.SearchIndexing;
import dev.countersign.cli.sessions.RecordKeys;
import dev.countersign.rules.analysis.Past;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a gateway knows and recorded: the options that say which gateway. The journal is read where
 * it is on this machine, as it is complete; otherwise the configured Elasticsearch is asked.
 */
final class Recording {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The gateway's configuration: its resources, its journal or Elasticsearch.")
  private @Nullable Path config;

  @Option(names = "--journal", paramLabel = "DIR", description = "Read this journal.")
  private @Nullable Path journal;

  @Mixin private final RecordKeys keys = new RecordKeys();

  private Optional<Configuration> configuration() {
    return Optional.ofNullable(config).map(ConfigurationFile::open);
  }

  boolean isGiven() {
    return config != null || journal != null;
  }

  /** Whether there is any: the one that was given, or that of the demo that runs. */
  boolean isThere() {
    return isGiven() || RunningDemo.find().isPresent();
  }

  /** The registered resources; none without a configuration. */
  List<Resource> resources() {
    return configuration().map(Configuration::resources).orElse(List.of()).stream()
        .map(Configuration.Target::resource)
        .toList();
  }

  /** The folder of the journal, where it is on this machine. */
  private Optional<Path> journal() {
    if (journal != null) {
      if (!Files.isDirectory(journal)) {
        throw new CommandFailure(ExitCode.UNAVAILABLE, journal + " is no folder");
      }
      return Optional.of(journal);
    }
    if (config != null) {
      return configuration().map(Configuration::journalDirectory).filter(Files::isDirectory);
    }
    return RunningDemo.find().map(RunningDemo::journal);
  }

  private AuditSearch search() {
    Optional<AuditSearch> local =
        journal().map(folder -> AuditSearch.in(keys.open(folder).skippingSealed()));
    return local.orElseGet(
        () ->
            configuration()
                .flatMap(Configuration::elasticsearch)
                .map(section -> AuditSearch.in(SearchIndexing.cluster(section)))
                .orElseThrow(
                    () ->
                        new CommandFailure(
                            ExitCode.USAGE,
                            config == null
                                ? "no demo runs here; give --config or --journal"
                                : config
                                    + " names no journal on this machine and no Elasticsearch")));
  }

  /** How the newest session of a subject began. */
  Optional<Event.SessionOpened> lastSession(String user) throws IOException {
    try (AuditSearch search = search()) {
      return search.sessions(AuditQuery.all().withUser(user).withLimit(1)).stream()
          .map(AuditSearch.SessionSummary::opened)
          .findFirst();
    }
  }

  /**
   * All commands since then.
   *
   * @return whether these are all: Elasticsearch gives the newest {@link AuditQuery#MAX_LIMIT}, a
   *     journal what the keys open
   */
  boolean commands(Instant since, Consumer<FoundCommand> sink) throws IOException {
    Optional<StoredJournal> local = journal().map(keys::open);
    if (local.isPresent()) {
      Map<SessionId, Event.SessionOpened> sessions = new HashMap<>();
      events(
          local.get(),
          event -> {
            if (event.event() instanceof Event.SessionOpened opened) {
              sessions.put(opened.session(), opened);
            }
            if (event.event() instanceof Event.CommandDecided decided
                && !event.time().isBefore(since)) {
              sink.accept(
                  new FoundCommand(
                      event, decided, Optional.ofNullable(sessions.get(decided.session()))));
            }
          });
      return local.get().sealed().isEmpty();
    }
    if (keys.isGiven()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--key opens a journal, and there is none on this machine; give --journal");
    }
    try (AuditSearch search = search()) {
      List<FoundCommand> newest =
          search.commands(AuditQuery.all().withSince(since).withLimit(AuditQuery.MAX_LIMIT));
      newest.forEach(sink);
      return newest.size() < AuditQuery.MAX_LIMIT;
    }
  }

  /** Why commands are left out, in words for people; empty if {@link #commands} gave all. */
  Optional<String> leftOut() {
    Optional<Path> local = journal();
    if (local.isEmpty()) {
      return Optional.of(
          "only the newest %d were read; give --journal to read all"
              .formatted(AuditQuery.MAX_LIMIT));
    }
    return local.map(keys::open).flatMap(StoredJournal::sealed).map(s -> "left out: " + s);
  }

  /** Which rows were hit, and who was seen. */
  Past past(Instant since) throws IOException {
    Map<String, Long> hits = new HashMap<>();
    Map<String, Set<String>> members = new HashMap<>();
    commands(
        since,
        found -> {
          Set<String> rules = new LinkedHashSet<>();
          for (MatchedRow row : found.decided().rows()) {
            rules.add(row.rule());
          }
          rules.forEach(rule -> hits.merge(rule, 1L, Long::sum));
          found.session().ifPresent(opened -> note(opened.subject(), members));
        });
    Optional<StoredJournal> local = journal().map(keys::open);
    if (local.isPresent()) {
      events(
          local.get(),
          event -> {
            if (event.event() instanceof Event.SessionOpened opened) {
              note(opened.subject(), members);
            }
            if (event.event() instanceof Event.ApprovalAnswered answered) {
              answered.approver().ifPresent(subject -> note(subject, members));
            }
          });
    }
    return new Past(since, hits, members);
  }

  private static void note(Subject subject, Map<String, Set<String>> members) {
    subject
        .groups()
        .forEach(
            group -> members.computeIfAbsent(group, absent -> new HashSet<>()).add(subject.id()));
  }

  private static void events(StoredJournal journal, Consumer<RecordedEvent> sink) {
    try (JournalReader reader = journal.skippingSealed().read(1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        sink.accept(next.get());
      }
    }
  }
}
