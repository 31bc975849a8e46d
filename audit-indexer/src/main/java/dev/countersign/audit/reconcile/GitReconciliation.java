package dev.countersign.audit.reconcile;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares with the reflogs of a bare repository, {@code logs/refs/…}: what its refs were moved by.
 * Git drops the reflog of a ref that is deleted, and writes none in a bare repository unless {@code
 * core.logAllRefUpdates} says so.
 */
public final class GitReconciliation {

  private static final Pattern ENTRY =
      Pattern.compile(
          "([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.{0,1000}) (\\d{1,12}) [+-]\\d{4}(?:\\t(.*))?");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs/\\S+)$");
  private static final Duration SECOND = Duration.ofMillis(1_100);
  private static final int DEPTH = 40;
  private static final int MOST_REFS = 1_000_000;

  private final Reconciliation reconciliation;

  public GitReconciliation(Reconciliation.Question question) {
    reconciliation = new Reconciliation(question.withSkewOf(SECOND), new RefNaming());
  }

  /** Pushes by what becomes of each ref; a deletion leaves nothing to compare with. */
  private static final class RefNaming implements Reconciliation.Naming {
    @Override
    public List<String> keys(Event.CommandDecided decided) {
      if (!(decided.facts() instanceof CommandFacts.Git)) {
        return List.of();
      }
      List<String> keys = new ArrayList<>();
      Matcher command = COMMAND.matcher(decided.text());
      while (command.find()) {
        if (!command.group(2).matches("0+")) {
          keys.add(key(command.group(3), command.group(1), command.group(2)));
        }
      }
      return keys;
    }

    @Override
    public boolean changes(Event.CommandDecided decided) {
      return true;
    }
  }

  private static String key(String ref, String before, String after) {
    return ref + " " + before + " " + after;
  }

  /**
   * Compares.
   *
   * @param repository the bare repository, or the {@code .git} of one that is not
   */
  public Outcome with(Path repository) throws IOException {
    Path logs = repository.resolve("logs").resolve("refs");
    if (!Files.isDirectory(logs)) {
      throw new UnreadableLogException(
          repository.toString(),
          "it has no reflogs; git config core.logAllRefUpdates always makes the host write them");
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(logs, DEPTH)) {
      files = found.filter(Files::isRegularFile).limit(MOST_REFS + 1L).sorted().toList();
    }
    if (files.size() > MOST_REFS) {
      throw new UnreadableLogException(
          repository.toString(), "more than %d reflogs".formatted(MOST_REFS));
    }
    for (Path file : files) {
      String ref = "refs/" + logs.relativize(file).toString().replace('\\', '/');
      read(file, ref);
    }
    return reconciliation.outcome();
  }

  private void read(Path file, String ref) throws IOException {
    try (LogLines lines = new LogLines(file)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        Matcher entry = ENTRY.matcher(line);
        if (!entry.matches()) {
          throw new UnreadableLogException(ref + ", " + lines.where(), "no entry of a reflog");
        }
        String before = entry.group(1);
        String after = entry.group(2);
        reconciliation.entry(
            new UpstreamEntry(
                Instant.ofEpochSecond(Long.parseLong(entry.group(4))),
                ref + " " + lines.where(),
                entry.group(3),
                Optional.empty(),
                key(ref, before, after),
                "%s: %.10s → %.10s %s"
                    .formatted(ref, before, after, entry.group(5) == null ? "" : entry.group(5)),
                UpstreamEntry.Origin.SESSION));
      }
    }
  }
}
