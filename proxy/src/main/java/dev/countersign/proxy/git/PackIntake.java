package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import dev.countersign.proxy.git.wire.PackOutline;
import dev.countersign.proxy.git.wire.PlainText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.PackedObjectInfo;

/** Takes a pack from a stream into a repository, indexed and checked, within limits. */
final class PackIntake {

  private static final int HEADER = 12;
  private static final int SIGNATURE = 0x5041434b;

  /**
   * Bounds on a pack.
   *
   * @param objects in it
   * @param objectBytes of one object, unpacked
   * @param outline of all of them; empty where they are believed
   * @param time until it is indexed, once its first byte is there
   */
  record Limits(
      long objects, long objectBytes, Optional<PackOutline.Limits> outline, Duration time) {}

  private PackIntake() {}

  /**
   * Takes one.
   *
   * @param scan what looks at every object; without it, none is even checked
   * @return its objects
   * @throws GitRefusedException if it is none, or beyond the limits
   */
  static List<PackedObjectInfo> take(
      InputStream in, Repository into, Limits limits, Optional<PackScan> scan)
      throws IOException, GitRefusedException {
    byte[] header = in.readNBytes(HEADER);
    ByteBuffer fields = ByteBuffer.wrap(header);
    if (header.length < HEADER || fields.getInt() != SIGNATURE || fields.getInt() != 2) {
      throw new GitRefusedException("GIT-PACK", "what follows the ref commands is no pack");
    }
    long objects = Integer.toUnsignedLong(fields.getInt());
    if (objects > limits.objects()) {
      throw new GitRefusedException(
          "GIT-PACK-LIMIT",
          "the pack has "
              + objects
              + " objects, more than "
              + limits.objects()
              + "; push in parts");
    }
    Deadline deadline = new Deadline(System.nanoTime() + limits.time().toNanos());
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(header), in);
    try (ObjectInserter inserter = into.newObjectInserter()) {
      PackParser parser =
          inserter.newPackParser(
              limits.outline().isPresent()
                  ? new MeasuredPack(whole, limits.outline().get())
                  : whole);
      parser.setAllowThin(true);
      parser.setMaxObjectSizeLimit(limits.objectBytes());
      parser.setCheckEofAfterPackFooter(true);
      scan.ifPresent(parser::setObjectChecker);
      parser.parse(deadline, deadline);
      if (scan.isPresent()) {
        scan.get().finish();
      }
      inserter.flush();
      return parser.getSortedObjectList(null);
    } catch (TooLargeObjectInPackException e) {
      throw new GitRefusedException(
          "GIT-PACK-LIMIT",
          "an object of the push is larger than " + limits.objectBytes() + " bytes");
    } catch (GitWireException.TooMuch e) {
      throw new GitRefusedException("GIT-PACK-LIMIT", String.valueOf(e.getMessage()));
    } catch (BodyTooLargeException e) {
      throw e;
    } catch (IOException e) {
      throw new GitRefusedException(
          "GIT-PACK", "the pack is not whole: " + PlainText.line(String.valueOf(e.getMessage())));
    }
  }

  /** Breaks off what takes too long. */
  private static final class Deadline extends EmptyProgressMonitor {

    private final long at;

    Deadline(long at) {
      this.at = at;
    }

    @Override
    public boolean isCancelled() {
      return System.nanoTime() - at > 0;
    }
  }
}
