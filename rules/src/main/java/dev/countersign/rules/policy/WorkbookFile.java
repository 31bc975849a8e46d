package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.Reading;
import dev.countersign.rules.workbook.Workbook;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A policy that lives in a workbook file, and follows it when the file changes. */
public final class WorkbookFile {

  private static final Logger LOG = LoggerFactory.getLogger(WorkbookFile.class);
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
  public Watching watch(Policy policy, Duration interval, PolicyListener listener) {
    Watch watch = new Watch(policy, listener);
    Thread thread =
        Thread.ofPlatform()
            .name("workbook-watch")
            .daemon()
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(interval);
                      watch.look();
                    }
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  }
                });
    return thread::interrupt;
  }

  /** A watch that goes on until it is closed. */
  public interface Watching extends AutoCloseable {
    @Override
    void close();
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

  /** Used by the watch's one thread. */
  private final class Watch {

    private final Policy policy;
    private final PolicyListener listener;
    private Optional<Stamp> seen = loaded;

    Watch(Policy policy, PolicyListener listener) {
      this.policy = policy;
      this.listener = listener;
    }

    void look() {
      Optional<Stamp> now = stamp();
      boolean settled = now.equals(seen);
      seen = now;
      if (!settled || now.equals(loaded)) {
        return;
      }
      try {
        reload();
      } catch (RuntimeException broken) {
        LOG.atError().setCause(broken).log("policy listener failed");
      }
    }

    private void reload() {
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
      Workbook rows = version.workbook();
      listener.activated(version, rows.rules().size());
    }
  }
}
