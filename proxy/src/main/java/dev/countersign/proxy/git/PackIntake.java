package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PackParser;

/** Takes a pack that the upstream gives into a repository, indexed, within limits. */
final class PackIntake {

  /**
   * Bounds on a pack.
   *
   * @param objects in it
   * @param objectBytes of one object, unpacked
   * @param time until it is indexed, once its first byte is there
   */
  record Limits(long objects, long objectBytes, Duration time) {}

  private PackIntake() {}

  /**
   * Takes one.
   *
   * @throws GitRefusedException if it is none, or beyond the limits
   */
  static void take(InputStream in, Repository into, Limits limits)
      throws IOException, GitRefusedException {
    Deadline deadline = Deadline.in(limits.time());
    InputStream whole = PackHeader.check(in, limits.objects());
    try (ObjectInserter inserter = into.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(whole);
      parser.setMaxObjectSizeLimit(limits.objectBytes());
      parser.setCheckEofAfterPackFooter(true);
      parser.parse(deadline, deadline);
      inserter.flush();
    } catch (IOException e) {
      throw new GitRefusedException(
          "GIT-PACK",
          "the pack of the upstream is not whole: "
              + PlainText.line(String.valueOf(e.getMessage())));
    }
  }
}
