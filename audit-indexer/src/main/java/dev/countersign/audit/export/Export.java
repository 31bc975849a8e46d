package dev.countersign.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.journal.ClosedFiles;
import dev.countersign.audit.journal.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings every closed segment of a journal, with its checkpoints, to a second place, in a thread of
 * its own. A place that is away is tried again; nobody waits for it.
 */
public final class Export implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Export.class);

  private final Path journal;
  private final Place place;
  private final Path state;
  private final Rounds rounds;
  private volatile long exported;
  private boolean failed;

  private Export(Path journal, Place place, Duration interval) {
    this.journal = journal;
    this.place = place;
    state = journal.resolve("exported.txt");
    rounds = new Rounds("export", interval, this::exportOrReport);
  }

  /** Starts it. */
  public static Export start(Path journal, Place place, Duration interval) {
    Export export = new Export(journal, place, interval);
    export.exported = export.remembered();
    export.rounds.start();
    return export;
  }

  /** Up to which segment everything is in the second place. */
  public long exported() {
    return exported;
  }

  /** Where nothing is remembered all is offered again, and found there. */
  private long remembered() {
    try {
      String text = Files.readString(state).strip();
      return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("How much was exported is not known; it is offered again");
      return 0;
    }
  }

  private void exportOrReport() throws InterruptedException {
    try {
      exportClosed();
      failed = false;
    } catch (Place.DifferentException e) {
      LOG.atError().setCause(e).log("The second place holds something else than the journal");
    } catch (IOException | RuntimeException e) {
      report(e);
    }
  }

  private void report(Exception e) {
    if (!failed) {
      failed = true;
      LOG.atWarn().setCause(e).log("Segments could not be exported; it is tried again");
    }
  }

  private void exportClosed() throws IOException, InterruptedException {
    for (ClosedFiles segment : ClosedFiles.after(journal, exported)) {
      for (Path file : segment.files()) {
        if (rounds.isClosing()) {
          return;
        }
        place.keep(segment.journal() + "/" + file.getFileName(), file);
      }
      remember(segment.number());
    }
  }

  private void remember(long number) throws IOException {
    Path part = state.resolveSibling(state.getFileName() + ".part");
    Files.write(part, (number + "\n").getBytes(UTF_8));
    Files.move(part, state, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    exported = number;
  }

  /** Stops behind the file it is at. */
  @Override
  public void close() {
    rounds.close();
    place.close();
  }
}
