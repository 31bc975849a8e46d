package dev.countersign.cli.sessions;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.replay.Asciicast;
import dev.countersign.audit.replay.Replay;
import dev.countersign.audit.replay.ReplayPage;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a session is played: here and in its own time, by hand, or into a file. */
final class Playing {

  private static final double MILLIS = 1_000;

  @Option(
      names = "--speed",
      defaultValue = "1",
      description = "2 is twice as fast; ${DEFAULT-VALUE} if none is given.")
  private double speed = 1;

  @Option(
      names = "--skip-idle",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "Shorten longer pauses to this; ${DEFAULT-VALUE} if none is given, 0 leaves them as they"
              + " were.")
  private double skipIdle = 5;

  @Option(names = "--step", description = "Wait for Enter before everything that happened.")
  private boolean step;

  @Option(
      names = "--asciinema",
      paramLabel = "FILE",
      description = "Write it for asciinema (asciicast v2) instead.")
  private @Nullable Path asciinema;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write it as one page for a browser instead.")
  private @Nullable Path html;

  void check() {
    if (!(speed > 0) || !(skipIdle >= 0)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--speed must be more than 0, and --skip-idle 0 or more");
    }
  }

  /** How custody calls it. */
  String name() {
    return asciinema == null && html == null ? "replay" : "export";
  }

  void play(Replay replay, String session, PrintWriter out)
      throws IOException, InterruptedException {
    if (asciinema != null) {
      try (Writer file = create(asciinema)) {
        Asciicast.write(replay, "session " + session, longest(), file);
      }
      out.println("wrote " + asciinema);
    }
    if (html != null) {
      try (Writer file = create(html)) {
        ReplayPage.write(replay, "session " + session, file);
      }
      out.println("wrote " + html);
    }
    if (asciinema == null && html == null) {
      replay.play(out, speed, longest(), step ? waiting(out) : Thread::sleep);
    }
  }

  private Duration longest() {
    return skipIdle == 0 ? Duration.ofDays(365_000) : Duration.ofMillis((long) (skipIdle * MILLIS));
  }

  private static Replay.Pause waiting(PrintWriter out) {
    return pause -> {
      out.flush();
      int typed = System.in.read();
      while (typed >= 0 && typed != '\n') {
        typed = System.in.read();
      }
    };
  }

  /** A recording is as confidential as what it shows: it replaces no file. */
  private static Writer create(Path file) throws IOException {
    try {
      return Files.newBufferedWriter(file, UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, file + " is there already", e);
    }
  }
}
