package dev.countersign.cli.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Clones and pushes a generated repository directly and through the gateway of a demo. */
public final class GitBench {

  private static final int SEED = 7;
  private static final int DIRECTORIES = 100;
  private static final int FILES = 40;

  private final int commits;
  private final int rounds;
  private final PrintWriter out;

  /**
   * @param commits each of them five objects: two files, a directory, the root, itself
   * @param rounds each with another repository; the first ones find a gateway that has just started
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
      Git.in(home).must("init", "-q", "--bare", world.git().repository("direct").toString());
      for (int round = 1; round <= rounds; round++) {
        measure(world, home, round);
      }
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private void measure(DemoWorld world, Path home, int round) throws Exception {
    Path work = Files.createDirectories(home.resolve("work" + round));
    generate(work, SEED + round);
    Git direct = world.gitDirect(work);
    Git gateway = world.git(work);
    String directUrl = world.git().url("direct").toString();
    String branch = "agent/bench" + round;
    String ref = "HEAD:refs/heads/" + branch;
    Duration pushDirect = time(() -> direct.must("push", "-q", directUrl, ref));
    Duration push = time(() -> gateway.must("push", "-q", world.gitUrl(), ref));
    Duration cloneDirect =
        time(() -> clone(world.gitDirect(home), directUrl, branch, home.resolve("direct" + round)));
    Duration clone =
        time(() -> clone(world.git(home), world.gitUrl(), branch, home.resolve("gateway" + round)));
    print("push", pushDirect, push);
    print("clone", cloneDirect, clone);
    forget(world.git().repository("direct"), branch);
    forget(world.git().repository(DemoGitServer.PAYMENTS), branch);
  }

  /** What a host has already it looks through at each push: later rounds would be slower there. */
  private static void forget(Path repository, String branch) throws Exception {
    Git host = Git.in(repository);
    host.must("update-ref", "-d", "refs/heads/" + branch);
    host.must("gc", "--quiet", "--prune=now");
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

  private void print(String what, Duration direct, Duration gateway) {
    out.printf(
        Locale.ROOT,
        "%-6s %d commits  direct %.1f s  gateway %.1f s  ratio %.2f%n",
        what,
        commits,
        direct.toMillis() / 1e3,
        gateway.toMillis() / 1e3,
        (double) gateway.toNanos() / direct.toNanos());
    out.flush();
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
