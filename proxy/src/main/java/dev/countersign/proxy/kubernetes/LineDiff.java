package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/** What is different between two texts, line by line, as {@code diff -u} writes it. */
final class LineDiff {

  private LineDiff() {}

  /** Lines that begin with a space, a minus or a plus; before each group of them where it is. */
  static String of(String before, String after) {
    RawText old = new RawText((before + "\n").getBytes(UTF_8));
    RawText now = new RawText((after + "\n").getBytes(UTF_8));
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (DiffFormatter formatter = new DiffFormatter(lines)) {
      formatter.format(new HistogramDiff().diff(RawTextComparator.DEFAULT, old, now), old, now);
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written", e);
    }
    return lines.toString(UTF_8).stripTrailing();
  }
}
