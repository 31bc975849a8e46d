package dev.countersign.cli.demo;

import dev.countersign.cli.terminal.Table;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Clones and pushes a generated repository directly and through the gateway of a demo; pushes it
 * through a repository as well that takes all of a push before it passes it on, and looks at
 * nothing.
 */
public final class GitBench {

  private static final int SEED = 7;
  private static final int DIRECTORIES = 100;
  private static final int FILES = 40;

  private static final String DIRECT = "direct";
  private static final String RELAY = "relay";
  private static final String BEHIND_RELAY = "behind-relay";

  private static final int MOST_WARM_UPS = 8;

  /** A round that takes more of the time than this is as good as the best before it. */
  private static final double NOTICEABLE = 0.97;

  private final int commits;
  private final int rounds;
  private final PrintWriter out;

  /** How long each way took. */
  private record Round(
      Duration pushedDirectly,
      Duration pushedByRelay,
      Duration pushed,
      Duration clonedDirectly,
      Duration cloned) {}

  /**
   * @param commits each of them five objects: two files, a directory, the root, itself
   * @param rounds each with another repository
   */
  public GitBench(int commits, int rounds, PrintWriter out) {
    this.commits = commits;
    this.rounds = rounds;
    this.out = out;
  }

  /** Measures, and prints the ratios. */
  public void run() throws Exception {
    Path home = Files.createTempDirectory("countersign-bench-");
    try (DemoWorld world =
        DemoWorld.start(home.resolve("demo"), DemoChoices.LEAST, new Progress(out))) {
      for (String repository : List.of(DIRECT, RELAY, BEHIND_RELAY)) {
        Git.in(home).must("init", "-q", "--bare", world.git().repository(repository).toString());
      }
      makeRelay(world.git().repository(RELAY), world.git().repository(BEHIND_RELAY));
      warmUp(world, home);
      List<Round> measured = new ArrayList<>();
      for (int round = 1; round <= rounds; round++) {
        say("round " + round);
        measured.add(measure(world, home, round));
      }
      out.println();
      out.print(table(measured));
      out.flush();
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private void say(String text) {
    out.println("  " + text);
    out.flush();
  }

  /** A repository that passes on what is pushed to it, and takes it if the other one did. */
  private static void makeRelay(Path repository, Path behind) throws IOException {
    Path hook = repository.resolve("hooks/pre-receive");
    Files.createDirectories(hook.getParent());
    // What it pushes is in quarantine; what it pushes to is another repository, which is not.
    Files.writeString(
        hook,
        """
        #!/bin/sh
        unset GIT_QUARANTINE_PATH
        while read -r old new ref; do git push -q '%s' "$new:$ref" || exit 1; done
        """
            .formatted(behind));
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
  }

  /** Waits for the JVM's compilers: until two rounds were no faster than the best before them. */
  private void warmUp(DemoWorld world, Path home) throws Exception {
    say("warming up");
    double best = Double.MAX_VALUE;
    int stable = 0;
    for (int run = 1; run <= MOST_WARM_UPS && stable < 2; run++) {
      Path work = generated(home, -run);
      String branch = "agent/warm" + run;
      Path to = home.resolve("warm" + run);
      double nanos =
          time(() -> push(world.git(work), world.gitUrl(), branch)).toNanos()
              + time(() -> clone(world.git(home), world.gitUrl(), branch, to)).toNanos();
      forget(world.git().repository(DemoGitServer.PAYMENTS), branch);
      stable = nanos < best * NOTICEABLE ? 0 : stable + 1;
      best = Math.min(best, nanos);
    }
  }

  private Round measure(DemoWorld world, Path home, int round) throws Exception {
    Path work = generated(home, round);
    String branch = "agent/bench" + round;
    String directUrl = world.git().url(DIRECT).toString();
    String relayUrl = world.git().url(RELAY).toString();
    Path direct = home.resolve("direct" + round);
    Path gateway = home.resolve("gateway" + round);
    Round result =
        new Round(
            time(() -> push(world.gitDirect(work), directUrl, branch)),
            time(() -> push(world.gitDirect(work), relayUrl, branch)),
            time(() -> push(world.git(work), world.gitUrl(), branch)),
            time(() -> clone(world.gitDirect(home), directUrl, branch, direct)),
            time(() -> clone(world.git(home), world.gitUrl(), branch, gateway)));
    for (String repository : List.of(DIRECT, RELAY, BEHIND_RELAY, DemoGitServer.PAYMENTS)) {
      forget(world.git().repository(repository), branch);
    }
    return result;
  }

  private Path generated(Path home, int number) throws IOException, InterruptedException {
    Path work = Files.createDirectories(home.resolve("work" + number));
    generate(work, SEED + number);
    return work;
  }

  /** What a host has already it looks through at each push: later rounds would be slower there. */
  private static void forget(Path repository, String branch) throws Exception {
    Git host = Git.in(repository);
    host.must("update-ref", "-d", "refs/heads/" + branch);
    host.must("gc", "--quiet", "--prune=now");
  }

  private static void push(Git git, String url, String branch) throws Exception {
    git.must("push", "-q", url, "HEAD:refs/heads/" + branch);
  }

  private static void clone(Git git, String url, String branch, Path to) throws Exception {
    git.must("clone", "-q", "--bare", "--single-branch", "-b", branch, url, to.toString());
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Duration time(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Medians; of the ratios also the least and the greatest. */
  private static String table(List<Round> rounds) {
    Table table = new Table("WHAT", "GATEWAY", "COMPARED WITH", "TAKES", "RATIO");
    row(table, "push", rounds, Round::pushed, DIRECT, Round::pushedDirectly);
    row(table, "push", rounds, Round::pushed, RELAY, Round::pushedByRelay);
    row(table, "clone", rounds, Round::cloned, DIRECT, Round::clonedDirectly);
    return table.toString();
  }

  private static void row(
      Table table,
      String what,
      List<Round> rounds,
      Function<Round, Duration> gateway,
      String name,
      Function<Round, Duration> other) {
    List<Double> ratios =
        sorted(
            rounds,
            round -> (double) gateway.apply(round).toNanos() / other.apply(round).toNanos());
    table.row(
        what,
        "%.2f s".formatted(median(seconds(rounds, gateway))),
        name,
        "%.2f s".formatted(median(seconds(rounds, other))),
        "%.2f [%.2f-%.2f]".formatted(median(ratios), ratios.getFirst(), ratios.getLast()));
  }

  private static List<Double> seconds(List<Round> rounds, Function<Round, Duration> of) {
    return sorted(rounds, round -> of.apply(round).toNanos() / 1e9);
  }

  private static List<Double> sorted(List<Round> rounds, Function<Round, Double> of) {
    return rounds.stream().map(of).sorted().toList();
  }

  private static double median(List<Double> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  /** The same repository every time. */
  private void generate(Path work, int seed) throws IOException, InterruptedException {
    Git.in(work).must("init", "-q", "-b", "bench");
    Process process =
        new ProcessBuilder(List.of("git", "fast-import", "--quiet"))
            .directory(work.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Random random = new Random(seed);
    try (OutputStream in = new BufferedOutputStream(process.getOutputStream())) {
      for (int i = 0; i < commits; i++) {
        in.write(commit(i, random).getBytes(StandardCharsets.US_ASCII));
      }
    }
    if (process.waitFor() != 0) {
      throw new IOException("git fast-import fails");
    }
  }

  private static String commit(int number, Random random) {
    StringBuilder text =
        new StringBuilder("commit refs/heads/bench\ncommitter Bench <bench@shop.example> ")
            .append(1_700_000_000L + number * 60L)
            .append(" +0000\n")
            .append(data("Change number " + number))
            .append('\n');
    int directory = random.nextInt(DIRECTORIES);
    int first = random.nextInt(FILES);
    for (int file = first; file < first + 2; file++) {
      StringBuilder lines = new StringBuilder();
      for (int line = 0; line < 40; line++) {
        lines.append("value ").append(random.nextInt(1_000)).append(" of ").append(number);
        lines.append(line == file % 40 ? " changed\n" : "\n");
      }
      text.append("M 100644 inline d%02d/f%02d.txt\n".formatted(directory, file))
          .append(data(lines.toString()));
    }
    return text.append('\n').toString();
  }

  private static String data(String text) {
    return "data " + text.length() + "\n" + text;
  }
}
