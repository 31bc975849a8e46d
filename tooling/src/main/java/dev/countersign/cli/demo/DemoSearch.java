package dev.countersign.cli.demo;

import dev.countersign.audit.index.EmbeddedElasticsearch;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.gateway.Parts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Starts the search server of the demo from the distribution that the build unpacks. */
final class DemoSearch {

  private DemoSearch() {}

  static URI start(Parts parts) throws IOException, InterruptedException {
    return start(parts, settings -> settings);
  }

  /** For a measurement: nothing is saved on its compiler. */
  static URI startForLong(Parts parts) throws IOException, InterruptedException {
    return start(parts, EmbeddedElasticsearch.Settings::forLong);
  }

  private static URI start(Parts parts, UnaryOperator<EmbeddedElasticsearch.Settings> how)
      throws IOException, InterruptedException {
    Path distribution =
        distribution()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.UNAVAILABLE,
                        "no Elasticsearch here: unpack one into "
                            + home().resolve("elasticsearch")
                            + ", or start the demo with --no-elasticsearch"));
    // Not in the demo's own folder: where root starts the demo, the server runs as nobody.
    Path data = Files.createTempDirectory("countersign-elasticsearch-");
    parts.add("elasticsearch data", () -> DemoDirectory.delete(data));
    EmbeddedElasticsearch.Settings settings =
        how.apply(EmbeddedElasticsearch.Settings.of(distribution, data));
    return parts.add("elasticsearch", EmbeddedElasticsearch.start(settings, line -> {})).uri();
  }

  private static Optional<Path> distribution() throws IOException {
    for (Path folder :
        new Path[] {home().resolve("elasticsearch"), home().resolveSibling("elasticsearch")}) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> found = Files.list(folder)) {
          Optional<Path> distribution =
              found.filter(one -> Files.exists(one.resolve("bin/elasticsearch"))).findFirst();
          if (distribution.isPresent()) {
            return distribution;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Where the launcher says that this distribution is. */
  static Path home() {
    return Path.of(System.getProperty("countersign.home", "target/countersign")).toAbsolutePath();
  }
}
