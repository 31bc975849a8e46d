package dev.countersign.cli.sessions;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.evidence.Custody;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.demo.RunningDemo;
import dev.countersign.cli.gateway.SearchIndexing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the record is: the options that every command about sessions has. */
public final class Source {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The gateway's configuration: its Elasticsearch is asked, else its journal.")
  private @Nullable Path config;

  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description = "Read this journal: slower, and always complete.")
  private @Nullable Path journal;

  @Mixin private final RecordKeys keys = new RecordKeys();

  /**
   * The journal that was named, the configured gateway, or the demo that runs here.
   *
   * @param warnings is told what is left out, because nobody here has its key
   */
  public AuditSearch open(PrintWriter warnings) {
    if (journal != null || keys.isGiven()) {
      return search(journalDirectory(), warnings);
    }
    if (config != null) {
      Configuration configuration = ConfigurationFile.open(config);
      return configuration
          .elasticsearch()
          .map(section -> AuditSearch.in(SearchIndexing.cluster(section)))
          .orElseGet(() -> search(configuration.journalDirectory(), warnings));
    }
    Optional<RunningDemo> demo = RunningDemo.find();
    return demo.flatMap(RunningDemo::elasticsearch)
        .map(url -> AuditSearch.in(ElasticsearchConfig.at(url)))
        .or(() -> demo.map(running -> search(running.journal(), warnings)))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE, "no demo runs here; give --config or --journal"));
  }

  private AuditSearch search(Path folder, PrintWriter warnings) {
    return AuditSearch.in(opened(folder, warnings));
  }

  private StoredJournal opened(Path folder, PrintWriter warnings) {
    StoredJournal stored = keys.open(folder);
    stored.sealed().ifPresent(out -> warnings.println("Left out: " + out + "."));
    return stored.skippingSealed();
  }

  /**
   * The journal, as far as it can be opened.
   *
   * @param warnings is told what is left out
   */
  public StoredJournal opened(PrintWriter warnings) {
    return opened(journalDirectory(), warnings);
  }

  /** The owner's private key, which has to be given. */
  public DataKeys owner() {
    return keys.owner();
  }

  /** The journal, of which everything has to be opened. */
  public StoredJournal whole() {
    StoredJournal stored = keys.open(journalDirectory());
    stored
        .sealed()
        .ifPresent(
            out -> {
              throw new CommandFailure(ExitCode.UNAVAILABLE, out.toString());
            });
    return stored;
  }

  /** The gateway's configuration, if it was named. */
  public Optional<Configuration> configuration() {
    return Optional.ofNullable(config).map(ConfigurationFile::open);
  }

  /** The folder of the journal: the one that was named, the gateway's, or the demo's. */
  public Path journalDirectory() {
    if (journal != null) {
      return journal;
    }
    if (config != null) {
      return ConfigurationFile.open(config).journalDirectory();
    }
    return RunningDemo.find()
        .map(RunningDemo::journal)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE, "no demo runs here; give --config or --journal"));
  }

  /**
   * Records that somebody reads. What cannot be recorded is not shown; but of a copy that is only
   * readable, which is what auditors should be given, it is said instead.
   *
   * @param event the event, by the name of the reader
   * @param warnings is told what could not be recorded
   */
  public void recordReading(Function<String, Event> event, PrintWriter warnings)
      throws InterruptedException {
    try {
      Custody.record(journalDirectory(), event.apply(System.getProperty("user.name", "unknown")));
    } catch (IOException e) {
      if (journal == null || Files.isWritable(journal)) {
        throw new CommandFailure(ExitCode.UNAVAILABLE, "nothing is shown: " + e.getMessage(), e);
      }
      warnings.println(
          "This reading is recorded nowhere: the journal is a copy without a place for it.");
    }
  }
}
