package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Workbook;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * The patterns of one cell. Those of a row that holds something back match in whatever case and
 * form: what lies behind the gateway may not tell {@code Main} from {@code main}.
 */
record Patterns(List<Glob> globs, boolean foldsCase) {

  static Patterns of(String cell, Ruling ruling, Workbook workbook) {
    boolean foldsCase = ruling.verdict() != Verdict.ALLOW;
    return new Patterns(
        Reach.globs(
            workbook.expand(cell).stream()
                .map(pattern -> foldsCase ? folded(pattern) : pattern)
                .toList()),
        foldsCase);
  }

  boolean match(String name) {
    String text = foldsCase ? folded(name) : name;
    for (Glob glob : globs) {
      if (glob.matches(text)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether what they hold back may be found below a name, where that stands for a directory
   * elsewhere: by what they begin with, as any might have {@code *} match it.
   */
  boolean holdBackBelow(String name) {
    String directory = folded(name) + "/";
    return foldsCase && globs.stream().anyMatch(glob -> glob.pattern().startsWith(directory));
  }

  /** As file systems without case see it: to some, {@code ſ} is an s, and an accent a letter. */
  private static String folded(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.chars().allMatch(c -> c < 128)
        ? lower
        : Normalizer.normalize(
            text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
  }

  boolean has(String pattern) {
    return globs.contains(new Glob(pattern));
  }
}
