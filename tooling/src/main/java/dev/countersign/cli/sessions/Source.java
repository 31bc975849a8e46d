package dev.countersign.cli.sessions;

import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.demo.RunningDemo;
import dev.countersign.cli.gateway.SearchIndexing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the record is: the options that every command about sessions has. */
final class Source {

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

  /** The journal that was named, the configured gateway, or the demo that runs here. */
  AuditSearch open() {
    if (journal != null) {
      return AuditSearch.in(journal);
    }
    if (config != null) {
      Configuration configuration = ConfigurationFile.open(config);
      return configuration
          .elasticsearch()
          .map(section -> AuditSearch.in(SearchIndexing.cluster(section)))
          .orElseGet(() -> AuditSearch.in(configuration.journalDirectory()));
    }
    Optional<RunningDemo> demo = RunningDemo.find();
    return demo.flatMap(RunningDemo::elasticsearch)
        .map(url -> AuditSearch.in(ElasticsearchConfig.at(url)))
        .or(() -> demo.map(running -> AuditSearch.in(running.journal())))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE, "no demo runs here; give --config or --journal"));
  }
}
