package dev.countersign.cli.demo;

import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a whole world on this machine and leaves it running, or walks through it once. */
@Command(
    name = "demo",
    description = "Start a gateway with everything around it on this machine, to try it out.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--tour",
      description =
          "Run a scripted agent through psql, git and kubectl, show what came of it, and exit: 0 if"
              + " all is as the workbook says.")
  private boolean tour;

  @Option(
      names = "--no-elasticsearch",
      description = "Leave the search server out; the journal records everything all the same.")
  private boolean noElasticsearch;

  @Option(
      names = "--versions",
      description =
          "Let officers put policy versions in force, olivia and oscar, instead of following the"
              + " workbook in the demo's folder.")
  private boolean versions;

  @Option(
      names = "--packs",
      paramLabel = "DIR",
      description = "Add the rule packs of a folder, such as policy/packs.")
  private @Nullable Path packs;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the demo keeps its files; emptied at the start.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws Exception {
    Psql.requireInstalled();
    Psql.requireInstalled("git", "git");
    PrintWriter out = spec.commandLine().getOut();
    out.println("Starting the demo");
    if (!tour) {
      return leaveRunning(directory == null ? RunningDemo.defaultDirectory() : directory, out);
    }
    if (directory != null) {
      return walk(directory, out);
    }
    // A folder of its own, so that it can run beside a demo.
    Path home = Files.createTempDirectory("countersign-tour-");
    try {
      return walk(home, out);
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private int leaveRunning(Path home, PrintWriter out) throws Exception {
    try (DemoWorld world = start(home, out)) {
      out.println(DemoGuide.text(world));
      new CountDownLatch(1).await();
      return ExitCode.OK;
    }
  }

  private int walk(Path home, PrintWriter out) throws Exception {
    try (DemoWorld world = start(home, out)) {
      return new Tour(world, out).walk() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private DemoWorld start(Path home, PrintWriter out) throws Exception {
    return DemoWorld.start(
        home,
        new DemoChoices(
            !noElasticsearch,
            versions ? Configuration.Source.VERSIONS : Configuration.Source.FILE,
            Optional.ofNullable(packs)),
        new Progress(out));
  }
}
