package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.Reading;
import dev.countersign.rules.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A policy that lives in a workbook file, and follows it when the file changes. */
public final class WorkbookFile {

  private static final String CANNOT_READ = "file: cannot be read; allowed: a readable .xlsx file";

  private final Path file;
  private final Function<String, List<SqlStatement>> parser;

  /** The file as it was just before it was last read. */
  private volatile Optional<Stamp> loaded = Optional.empty();

  /**
   * @param parser the facts of a SQL text, for the sheet Tests
   */
  public WorkbookFile(Path file, Function<String, List<SqlStatement>> parser) {
    this.file = requireNonNull(file, "file");
    this.parser = requireNonNull(parser, "parser");
  }

  /**
   * Reads the file, builds its policy and puts the workbook's own examples to it.
   *
   * @throws PolicyRefusedException with every fault, or every example that came out otherwise
   */
  public WorkbookPolicy load() throws PolicyRefusedException {
    loaded = stamp();
    return WorkbookCheck.pass(read(), parser);
  }

  private Reading read() throws PolicyRefusedException {
    try {
      return WorkbookReader.read(file);
    } catch (IOException unreadable) {
      throw new PolicyRefusedException(List.of(CANNOT_READ));
    }
  }

  /**
   * Looks at the file again and again. When it changed and then stayed the same for one interval,
   * it is loaded: a sound workbook is put in force at once, an unsound one changes nothing. The
   * file as it is now counts as loaded.
   *
   * @return what ends the watch
   */
  public ChangeWatch watch(Policy policy, Duration interval, PolicyListener listener) {
    return ChangeWatch.start(
        "workbook-watch", this::stamp, () -> loaded, interval, () -> reload(policy, listener));
  }

  /** What a change of the file can be seen by. */
  private record Stamp(FileTime modified, long size, Optional<Object> file) {}

  private Optional<Stamp> stamp() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(now.lastModifiedTime(), now.size(), Optional.ofNullable(now.fileKey())));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private void reload(Policy policy, PolicyListener listener) {
    WorkbookPolicy version;
    try {
      version = load();
    } catch (PolicyRefusedException refused) {
      listener.refused(refused.faults());
      return;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError broken) {
      listener.refused(
          List.of("file: cannot be made a policy (" + broken.getClass().getSimpleName() + ")"));
      return;
    }
    policy.activate(version);
    listener.activated(version, version.workbook().rules().size());
  }
}
