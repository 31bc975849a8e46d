package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.embedded.PrivateFiles;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stock kubectl, as an agent would run it.
 *
 * @param kubeconfig says where, as whom, and whom it trusts
 */
record Kubectl(Path kubeconfig) {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** No client prints it. */
  private static final String NEVER = "\0";

  /** What kubectl printed, and its exit code; -1 if it was ended. */
  record Result(int exit, String output) {}

  /** Writes its configuration: the token stays in its file, where the demo renews it. */
  static Kubectl configure(Path file, String server, Path certificate, Path token)
      throws IOException {
    return new Kubectl(
        PrivateFiles.write(
            file,
            """
            apiVersion: v1
            kind: Config
            current-context: prod-eu
            contexts: [{name: prod-eu, context: {cluster: prod-eu, user: agent-7, namespace: prod}}]
            clusters: [{name: prod-eu, cluster: {server: '%s', certificate-authority: '%s'}}]
            users: [{name: agent-7, user: {tokenFile: '%s'}}]
            """
                .formatted(server, quoted(certificate), quoted(token))));
  }

  private static String quoted(Path path) {
    return path.toString().replace("'", "''");
  }

  /** Whether the program is on the PATH. */
  static boolean isInstalled() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("kubectl", "version", "--client").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs it to its end. */
  Result run(List<String> arguments, String input) throws IOException, InterruptedException {
    Process process = start(arguments);
    CompletableFuture<String> output = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("kubectl-output").start(() -> read(process, NEVER, output));
    try (BufferedWriter typing = process.outputWriter(UTF_8)) {
      typing.write(input);
    } catch (IOException e) {
      // It ended before it had read everything, and has said why.
    }
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IOException("kubectl did not end within " + PATIENCE);
    }
    return new Result(process.exitValue(), output.join());
  }

  /** Begins what does not end by itself. */
  Running begin(List<String> arguments) throws IOException {
    return new Running(start(arguments));
  }

  /** A kubectl that runs until it is closed. */
  record Running(Process process) implements AutoCloseable {

    /**
     * What it has printed up to the line in which a text stands, or until it printed no more. What
     * it prints behind that is read too: a client that nobody listens to any more is ended by its
     * next line, whatever it had still to ask for.
     */
    String printedUntil(String text) {
      CompletableFuture<String> printed = new CompletableFuture<>();
      Thread.ofPlatform().daemon().name("kubectl-output").start(() -> read(process, text, printed));
      return printed.completeOnTimeout("", PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    // What kubectl remembers of a cluster stays with the demo.
    builder.environment().put("KUBECACHEDIR", kubeconfig.resolveSibling("kube-cache").toString());
    return builder.start();
  }

  /** Reads all it prints, and tells of what there was up to the line in which a text stands. */
  private static void read(Process process, String end, CompletableFuture<String> printed) {
    StringBuilder text = new StringBuilder();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!printed.isDone()) {
          text.append(line).append('\n');
          if (line.contains(end)) {
            printed.complete(text.toString());
          }
        }
      }
    } catch (IOException e) {
      // It was ended; what it printed before counts.
    }
    printed.complete(text.toString());
  }
}
