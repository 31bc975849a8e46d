package dev.countersign.proxy.git;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Counts lines that come and go, in so many files and files of such a size. */
final class LineCount {

  private static final int MOST_FILES = 5_000;
  private static final long LARGEST = 1 << 20;

  /** Of both sides of all files that are compared. */
  private static final long MOST_BYTES = 64 << 20;

  private static final RawText EMPTY = new RawText(new byte[0]);

  /** What was counted; all of it 0 for what is binary or too large. */
  record Lines(int added, int removed, boolean binary) {}

  private final ObjectReader reader;
  private final DiffAlgorithm diff = BoundedDiff.create();
  private int files;
  private long bytes;

  LineCount(ObjectReader reader) {
    this.reader = reader;
  }

  Lines count(Optional<ObjectId> before, Optional<ObjectId> after) throws IOException {
    if (++files > MOST_FILES || bytes > MOST_BYTES) {
      return new Lines(0, 0, false);
    }
    Optional<RawText> old = text(before);
    Optional<RawText> now = text(after);
    if (old.isEmpty() || now.isEmpty()) {
      return new Lines(0, 0, true);
    }
    int added = 0;
    int removed = 0;
    for (Edit edit : diff.diff(RawTextComparator.DEFAULT, old.get(), now.get())) {
      added += edit.getLengthB();
      removed += edit.getLengthA();
    }
    return new Lines(added, removed, false);
  }

  /** Those of a file that is new, and has been read already. */
  Lines added(BlobFacts blob) {
    return ++files > MOST_FILES || blob.binary() || blob.bytes() > LARGEST
        ? new Lines(0, 0, blob.binary())
        : new Lines(blob.lines(), 0, false);
  }

  private Optional<RawText> text(Optional<ObjectId> id) throws IOException {
    if (id.isEmpty()) {
      return Optional.of(EMPTY);
    }
    ObjectLoader loader = reader.open(id.get());
    if (loader.getSize() > LARGEST) {
      return Optional.empty();
    }
    byte[] raw = loader.getBytes();
    bytes += raw.length;
    return RawText.isBinary(raw) ? Optional.empty() : Optional.of(new RawText(raw));
  }
}
