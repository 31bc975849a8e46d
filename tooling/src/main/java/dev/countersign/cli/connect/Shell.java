package dev.countersign.cli.connect;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Words for a POSIX shell. */
final class Shell {

  private Shell() {}

  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  static String line(List<String> words) {
    return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
  }

  static String exports(Map<String, String> environment) {
    return environment.entrySet().stream()
        .map(variable -> "export " + variable.getKey() + "=" + quoted(variable.getValue()))
        .collect(Collectors.joining("\n"));
  }

  /** How this program is called, wherever the caller is. */
  static String launcher() {
    String command = System.getProperty("countersign.command", "countersign");
    return command.contains("/")
        ? Path.of(command).toAbsolutePath().normalize().toString()
        : command;
  }
}
