package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BoundedDiffTest {

  private final Random random = new Random(20261127);

  /** Lines of one letter, of which there are two. */
  private RawText text(int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append(random.nextBoolean() ? "a\n" : "b\n");
    }
    return new RawText(text.toString().getBytes(US_ASCII));
  }

  private static EditList edits(DiffAlgorithm diff, RawText before, RawText after) {
    return diff.diff(RawTextComparator.DEFAULT, before, after);
  }

  /** Ours: two files of a megabyte would keep a push, and others' turns, for an hour. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void git20_comparesWhatRepeatsItselfInTime() {
    DiffAlgorithm diff = BoundedDiff.create();
    int changes = 0;
    for (int file = 0; file < 5; file++) {
      changes += edits(diff, text(1_000), text(1_000)).size();
      changes += edits(diff, text(500_000), text(500_000)).size();
    }

    assertThat(changes).isGreaterThan(100);
  }

  @Test
  void comparesSmallTextsAsExactlyAsEver() {
    for (int lines = 0; lines < 300; lines += 7) {
      RawText before = text(lines);
      RawText after = text(lines);

      assertThat(edits(BoundedDiff.create(), before, after))
          .isEqualTo(edits(new HistogramDiff(), before, after));
    }
  }
}
