package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Stock git, as somebody in a folder would run it, with none of this machine's settings.
 *
 * @param directory where it runs
 * @param token the file with the token it shows; empty where it goes nowhere
 * @param certificate whom it trusts
 */
record Git(Path directory, Optional<Path> token, Optional<Path> certificate) {

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** What git printed, and its exit code. */
  record Result(int exit, String output) {}

  static Git in(Path directory) {
    return new Git(directory, Optional.empty(), Optional.empty());
  }

  /** A configuration for somebody who runs it by hand. */
  static String settings(String user, Path token, Path certificate) {
    return """
    [user]
    \tname = %1$s
    \temail = %1$s@shop.example
    [credential]
    \thelper =
    \thelper = "!f() { echo username=%1$s; echo \\"password=$(cat '%2$s')\\"; }; f"
    [http]
    \tsslCAInfo = "%3$s"
    """
        .formatted(user, token, certificate);
  }

  /** Runs it. */
  Result run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "credential.helper="));
    token.ifPresent(
        file ->
            command.addAll(
                List.of(
                    "-c",
                    "credential.helper=!f() { echo username=gateway; echo password=$(cat '"
                        + file
                        + "'); }; f")));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("LC_ALL", "C.UTF-8");
    certificate.ifPresent(file -> environment.put("GIT_SSL_CAINFO", file.toString()));
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "agent-7");
      environment.put("GIT_" + who + "_EMAIL", "agent-7@shop.example");
    }
    Path output = Files.createTempFile("countersign-git", ".out");
    try {
      Process process =
          builder
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IOException("git did not end within " + PATIENCE);
      }
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /**
   * Runs it and wants it to succeed.
   *
   * @throws IOException with what it printed, if it does not
   */
  void must(String... arguments) throws IOException, InterruptedException {
    Result result = run(List.of(arguments));
    if (result.exit() != 0) {
      throw new IOException("git " + arguments[0] + " fails: " + result.output());
    }
  }
}
