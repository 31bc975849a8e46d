package dev.countersign.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator, select-only. */
final class PgbenchRun {

  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern TRANSACTIONS =
      Pattern.compile("number of transactions actually processed: ([0-9]+)");
  private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");

  /**
   * Where it connects to.
   *
   * @param environment libpq's variables: host, port, user, password, TLS
   */
  record Target(String name, Map<String, String> environment) {

    /** The same server by way of something on this machine. */
    Target at(String name, int port) {
      Map<String, String> there = new HashMap<>(environment);
      there.put("PGPORT", Integer.toString(port));
      return new Target(name, Map.copyOf(there));
    }
  }

  /** What it measured; latency in milliseconds. */
  record Result(double tps, long transactions, double latency) {}

  private PgbenchRun() {}

  /** Fills the tables that the load reads. */
  static void initialize(Target target, int scale) throws IOException, InterruptedException {
    run(target, List.of("-i", "-q", "-s", "" + scale));
  }

  static Result select(Target target, String mode, int clients, int seconds)
      throws IOException, InterruptedException {
    String output =
        run(
            target,
            List.of("-n", "-S", "-M", mode, "-c", "" + clients, "-j", "1", "-T", "" + seconds));
    return new Result(
        number(TPS, output), (long) number(TRANSACTIONS, output), number(LATENCY, output));
  }

  private static String run(Target target, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("pgbench"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().putAll(target.environment());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "pgbench against " + target.name() + " failed:\n" + output);
    }
    return output;
  }

  private static double number(Pattern pattern, String output) {
    Matcher found = pattern.matcher(output);
    if (!found.find()) {
      throw new CommandFailure(ExitCode.BROKEN, "pgbench says something new:\n" + output);
    }
    return Double.parseDouble(found.group(1));
  }
}
