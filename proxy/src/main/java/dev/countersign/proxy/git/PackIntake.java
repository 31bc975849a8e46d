package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.PackHeader;
import dev.countersign.proxy.git.wire.PackLimits;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PackParser;

/** Takes a pack that the upstream gives into a repository, indexed, within limits. */
final class PackIntake {

  private PackIntake() {}

  /**
   * Takes one.
   *
   * @throws GitRefusedException if it is none, or beyond the limits
   * @throws UpstreamException if the upstream broke off
   */
  static void take(InputStream in, Repository into, PackLimits limits)
      throws IOException, GitRefusedException {
    Deadline deadline = Deadline.in(limits.time());
    ProgressMonitor monitor =
        new EmptyProgressMonitor() {
          @Override
          public boolean isCancelled() {
            return deadline.isOver();
          }
        };
    try (ObjectInserter inserter = into.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(PackHeader.check(in, limits.objects()));
      parser.setMaxObjectSizeLimit(limits.objectBytes());
      parser.setCheckEofAfterPackFooter(true);
      parser.parse(monitor, monitor);
      inserter.flush();
    } catch (UpstreamException e) {
      throw e;
    } catch (IOException e) {
      throw GitRefusedException.pack("the pack of the upstream", e);
    }
  }
}
