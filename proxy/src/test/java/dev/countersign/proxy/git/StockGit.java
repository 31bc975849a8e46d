package dev.countersign.proxy.git;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Stock git as an agent would run it, with none of this machine's settings.
 *
 * @param home where settings would be
 */
record StockGit(Path home) {

  /** What git printed, and how it ended. */
  record Printed(int exit, String text) {}

  Process start(Path directory, String token, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "credential.helper="));
    command.addAll(
        List.of(
            "-c", "credential.helper=!f() { echo username=x; echo password=" + token + "; }; f"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_SSL_NO_VERIFY", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("HOME", home.toString());
    environment.put("LC_ALL", "C.UTF-8");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Agent Seven");
      environment.put("GIT_" + who + "_EMAIL", "agent-7@example.org");
    }
    return builder.start();
  }

  /** Waits for one that was started. */
  static Printed ended(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("git hangs: " + text);
    }
    return new Printed(process.exitValue(), text);
  }

  /** What git prints once it has read a text. */
  static String fed(Process process, String text) throws IOException {
    try (OutputStream out = process.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static void write(Path work, String file, String text) throws IOException {
    Path path = work.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
