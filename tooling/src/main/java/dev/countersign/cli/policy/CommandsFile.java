package dev.countersign.cli.policy;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.gateway.ExampleParser;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.UnreadableCommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Commands in a file, one a line: groups with commas, resource, environment and text, with tabs
 * between them; the text is SQL, or begins with {@code git} or {@code kubectl}. Empty lines and
 * lines that begin with {@code #} are passed over.
 */
final class CommandsFile {

  private static final int MOST_BYTES = 16 * 1024 * 1024;

  private CommandsFile() {}

  static List<Command> read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, file + " is no file of at most 16 MB with commands");
    }
    List<Command> commands = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    try (SqlClassifier classifier = new SqlClassifier()) {
      ExampleParser parser = new ExampleParser(classifier);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (!line.isBlank() && !line.startsWith("#")) {
          commands.add(command(line, file + " line " + (i + 1), parser));
        }
      }
    }
    return commands;
  }

  private static Command command(String line, String where, ExampleParser parser) {
    String[] parts = line.split("\t", 4);
    if (parts.length < 4) {
      throw new CommandFailure(
          ExitCode.USAGE,
          where + ": write groups, resource, environment and text with tabs between them");
    }
    List<? extends Act> acts;
    try {
      Optional<Act> act = CommandWords.read(parts[3]);
      acts = act.isPresent() ? List.of(act.get()) : parser.apply(parts[3]);
    } catch (UnreadableCommandException e) {
      throw new CommandFailure(ExitCode.USAGE, where + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, where + ": this is not SQL", e);
    }
    if (acts.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, where + ": there is no statement");
    }
    Set<String> groups =
        Arrays.stream(parts[0].split(",", -1))
            .map(String::strip)
            .filter(group -> !group.isEmpty())
            .collect(Collectors.toSet());
    return new Command(
        parts[3],
        new Subject("file", where, "", Subject.Kind.AGENT, groups, Optional.empty()),
        new Resource(
            parts[1].strip(),
            CommandWords.kind(parts[3]),
            parts[2].isBlank() ? Map.of() : Map.of("environment", parts[2].strip())),
        acts);
  }
}
