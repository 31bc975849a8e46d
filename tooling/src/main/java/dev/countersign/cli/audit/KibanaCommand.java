package dev.countersign.cli.audit;

import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.audit.kibana.SavedObjects;
import dev.countersign.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what Kibana imports. */
@Command(
    name = "kibana",
    description = "Print the data view, saved searches and dashboards, for Kibana's import.",
    mixinStandardHelpOptions = true)
final class KibanaCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--index",
      defaultValue = ElasticsearchConfig.DEFAULT_INDEX,
      description = "The configured elasticsearch.index; ${DEFAULT-VALUE} if none is given.")
  private String index = ElasticsearchConfig.DEFAULT_INDEX;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(SavedObjects.ndjson(index));
    return ExitCode.OK;
  }
}
