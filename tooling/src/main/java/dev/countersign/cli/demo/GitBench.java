package dev.countersign.cli.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;

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
      for (String repository : List.of(DIRECT, RELAY, BEHIND_RELAY)) {
        Git.in(home).must("init", "-q", "--bare", world.git().repository(repository).toString());
      }
      makeRelay(world.git().repository(RELAY), world.git().repository(BEHIND_RELAY));
      for (int round = 1; round <= rounds; round++) {
        measure(world, home, round);
      }
    } finally {
      DemoDirectory.delete(home);
    }
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

  private void measure(DemoWorld world, Path home, int round) throws Exception {
    Path work = Files.createDirectories(home.resolve("work" + round));
    generate(work, SEED + round);
    Git direct = world.gitDirect(work);
    Git gateway = world.git(work);
    String directUrl = world.git().url(DIRECT).toString();
    String relayUrl = world.git().url(RELAY).toString();
    String branch = "agent/bench" + round;
    String ref = "HEAD:refs/heads/" + branch;
    Duration pushDirect = time(() -> direct.must("push", "-q", directUrl, ref));
    Duration pushRelay = time(() -> direct.must("push", "-q", relayUrl, ref));
    Duration push = time(() -> gateway.must("push", "-q", world.gitUrl(), ref));
    Duration cloneDirect =
        time(() -> clone(world.gitDirect(home), directUrl, branch, home.resolve("direct" + round)));
    Duration clone =
        time(() -> clone(world.git(home), world.gitUrl(), branch, home.resolve("gateway" + round)));
    print("push", DIRECT, pushDirect, push);
    print("push", RELAY, pushRelay, push);
    print("clone", DIRECT, cloneDirect, clone);
    for (String repository : List.of(DIRECT, RELAY, BEHIND_RELAY, DemoGitServer.PAYMENTS)) {
      forget(world.git().repository(repository), branch);
    }
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

  private void print(String what, String other, Duration otherwise, Duration gateway) {
    out.printf(
        Locale.ROOT,
        "%-6s %d commits  %-6s %.1f s  gateway %.1f s  ratio %.2f%n",
        what,
        commits,
        other,
        otherwise.toMillis() / 1e3,
        gateway.toMillis() / 1e3,
        (double) gateway.toNanos() / otherwise.toNanos());
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
