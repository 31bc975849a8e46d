import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs the formatter over every Java file below the current folder: {@code check} or {@code rewrite}. */
final class Format {

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean rewrite = args[0].equals("rewrite");
    List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
    for (String part : List.of("api", "code", "file", "parser", "tree", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-jar", args[1]));
    command.addAll(rewrite ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    List<String> sources = sources();
    if (sources.isEmpty()) {
      return;
    }
    command.addAll(sources);
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      System.err.println("The files above are not formatted. Run: mvn -N -Pformat validate");
      System.exit(exit);
    }
  }

  private static List<String> sources() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("rules", "audit-indexer", "decision-service", "proxy", "tooling")) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src"))) {
        files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().forEach(found::add);
      } catch (java.nio.file.NoSuchFileException noSourcesYet) {
        continue;
      }
    }
    return found;
  }
}
