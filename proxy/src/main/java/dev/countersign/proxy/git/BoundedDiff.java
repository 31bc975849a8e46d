package dev.countersign.proxy.git;

import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.MyersDiff;
import org.eclipse.jgit.diff.Sequence;
import org.eclipse.jgit.diff.SequenceComparator;

/**
 * Compares texts in a time that can be told beforehand: where the same few lines stand in them over
 * and over, the exact way takes the square of them. Once that has been much, what remains of such a
 * text is told as one change. Used by one thread.
 */
final class BoundedDiff extends DiffAlgorithm {

  /** Some seconds. */
  private static final long MOST = 100_000_000;

  private long left = MOST;

  /** What compares texts whose lines differ, and leaves the others to this. */
  static DiffAlgorithm create() {
    HistogramDiff diff = new HistogramDiff();
    diff.setFallbackAlgorithm(new BoundedDiff());
    return diff;
  }

  @Override
  public <S extends Sequence> EditList diffNonCommon(
      SequenceComparator<? super S> comparator, S before, S after) {
    long lines = (long) before.size() + after.size();
    if (lines * lines <= left) {
      left -= lines * lines;
      return MyersDiff.INSTANCE.diffNonCommon(comparator, before, after);
    }
    return EditList.singleton(new Edit(0, before.size(), 0, after.size()));
  }
}
