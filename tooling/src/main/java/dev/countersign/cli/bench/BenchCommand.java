package dev.countersign.cli.bench;

import dev.countersign.audit.journal.JournalBenchmark;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.BenchWorld;
import dev.countersign.cli.demo.GitBench;
import dev.countersign.cli.demo.IndexBench;
import dev.countersign.cli.demo.KubeBench;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measurements on this machine. */
@Command(
    name = "bench",
    description = "Measure on this machine, as ratios to what ran beside it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {

  private static final int SCALE = 5;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "rules",
      description = "Measure decisions over random tables, and the naive design beside them.",
      mixinStandardHelpOptions = true)
  int rules(
      @Option(
              names = "--rows",
              split = ",",
              defaultValue = "20,1000,10000",
              description = "Sizes of the tables; ${DEFAULT-VALUE}.")
          List<Integer> rows,
      @Option(
              names = "--seconds",
              defaultValue = "5",
              description = "Per measurement; ${DEFAULT-VALUE}.")
          int seconds)
      throws RunnerException {
    new RulesBench(new RulesBench.Plan(rows, seconds), spec.commandLine().getOut()).run();
    return ExitCode.OK;
  }

  @Command(
      name = "journal",
      description = "Measure the journal on the disk of a folder, encrypted and signed, and bare.",
      mixinStandardHelpOptions = true)
  int journal(
      @Option(
              names = "--directory",
              paramLabel = "DIR",
              required = true,
              description = "An empty folder on the disk to be measured.")
          Path directory,
      @Option(names = "--threads", defaultValue = "4", description = "Writers; ${DEFAULT-VALUE}.")
          int threads,
      @Option(names = "--seconds", defaultValue = "5", description = "Per run; ${DEFAULT-VALUE}.")
          int seconds)
      throws InterruptedException, IOException {
    JournalBenchmark.compare(directory, threads, Duration.ofSeconds(seconds), System.out);
    return ExitCode.OK;
  }

  @Command(
      name = "index",
      description = "Index a journal in an Elasticsearch that is started for it.",
      mixinStandardHelpOptions = true)
  int index(
      @Option(names = "--events", defaultValue = "100000", description = "${DEFAULT-VALUE}.")
          int events)
      throws Exception {
    new IndexBench(events, spec.commandLine().getOut()).run();
    return ExitCode.OK;
  }

  @Command(
      name = "git",
      description = {
        "Clone and push a generated repository, directly and through the gateway.",
        "It is also pushed through a relay that looks at nothing: a repository of git's own whose"
            + " hook passes on what it has taken."
      },
      mixinStandardHelpOptions = true)
  int git(
      @Option(
              names = "--commits",
              defaultValue = "10000",
              description = "Each of them five objects; ${DEFAULT-VALUE}.")
          int commits,
      @Option(
              names = "--rounds",
              defaultValue = "5",
              description = "Each with another repository; ${DEFAULT-VALUE}.")
          int rounds)
      throws Exception {
    new GitBench(commits, rounds, spec.commandLine().getOut()).run();
    return ExitCode.OK;
  }

  @Command(
      name = "kubernetes",
      description = "Ask the demo's cluster, which is in memory, directly and through the gateway.",
      mixinStandardHelpOptions = true)
  int kubernetes(
      @Option(
              names = "--objects",
              defaultValue = "1000",
              description = "Pods, and Secrets, in the lists; ${DEFAULT-VALUE}.")
          int objects,
      @Option(
              names = "--warm-up",
              defaultValue = "120",
              description =
                  "Seconds that may go by until the JVM has compiled what is measured;"
                      + " ${DEFAULT-VALUE}.")
          int warmUp,
      @Option(
              names = "--rates",
              split = ",",
              defaultValue = "100,200",
              description = "Requests a second; ${DEFAULT-VALUE}.")
          List<Integer> rates,
      @Option(
              names = "--seconds",
              defaultValue = "40",
              description = "Of each kind at each rate, each way; ${DEFAULT-VALUE}.")
          int seconds,
      @Option(
              names = "--requests",
              defaultValue = "2000",
              description = "Of each kind, each way, one after the other; ${DEFAULT-VALUE}.")
          int requests,
      @Option(
              names = "--watches",
              defaultValue = "1000",
              description = "Open at once; ${DEFAULT-VALUE}.")
          int watches)
      throws Exception {
    new KubeBench(
            new KubeBench.Plan(objects, warmUp, rates, seconds, requests, watches),
            spec.commandLine().getOut())
        .run();
    return ExitCode.OK;
  }

  @Command(
      name = "sql",
      description = "Understand SQL statements: new ones, ones like others, known ones.",
      mixinStandardHelpOptions = true)
  int sql(
      @Option(
              names = "--seconds",
              defaultValue = "10",
              description = "For each kind; ${DEFAULT-VALUE}.")
          int seconds)
      throws SqlRefused {
    new SqlBench(seconds, spec.commandLine().getOut()).run();
    return ExitCode.OK;
  }

  @Command(
      name = "pg",
      description = {
        "Run pgbench -S through the gateway, directly, through a relay that looks at nothing, and"
            + " through pgbouncer, where that is installed.",
        "The gateway and pgbouncer speak TLS to the client, as the gateway requires; the others do"
            + " not, as the embedded server has none."
      },
      mixinStandardHelpOptions = true)
  int pg(
      @Option(names = "--seconds", defaultValue = "5", description = "Per run; ${DEFAULT-VALUE}.")
          int seconds,
      @Option(names = "--rounds", defaultValue = "3", description = "Repeats; ${DEFAULT-VALUE}.")
          int rounds,
      @Option(
              names = "--clients",
              split = ",",
              defaultValue = "8,32",
              description = "Connections; ${DEFAULT-VALUE}.")
          List<Integer> clients,
      @Option(
              names = "--modes",
              split = ",",
              defaultValue = "simple,extended,prepared",
              description = "pgbench's protocols; ${DEFAULT-VALUE}.")
          List<String> modes)
      throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (BenchWorld world = BenchWorld.start(out);
        Relay relay = Relay.start(world.serverPort())) {
      PgbenchRun.Target direct = new PgbenchRun.Target("direct", world.direct());
      PgbenchRun.Target gateway = new PgbenchRun.Target("gateway", world.gateway());
      PgbenchRun.initialize(direct, SCALE);
      List<PgbenchRun.Target> targets =
          new ArrayList<>(List.of(direct, direct.at("relay", relay.port())));
      Optional<Pgbouncer> pooler = Pgbouncer.start(world);
      pooler.map(Pgbouncer::target).ifPresent(targets::add);
      targets.add(gateway);
      try {
        Comparison comparison =
            new Comparison(
                new Comparison.Plan(targets, direct, gateway, modes, clients, seconds, rounds));
        String table =
            comparison.run(
                line -> {
                  out.println("  " + line);
                  out.flush();
                });
        out.println();
        out.print(table);
        if (pooler.isEmpty()) {
          out.println("pgbouncer is not installed: no comparison with it.");
        }
        out.flush();
        return ExitCode.OK;
      } finally {
        if (pooler.isPresent()) {
          pooler.get().close();
        }
      }
    }
  }
}
