package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.Locale;

/**
 * The patterns of one cell. Those of a row that holds something back match in whatever case: what
 * lies behind the gateway may not tell {@code Main} from {@code main}.
 */
record Patterns(List<Glob> globs, boolean foldsCase) {

  static Patterns of(String cell, Ruling ruling, Workbook workbook) {
    boolean foldsCase = ruling.verdict() != Verdict.ALLOW;
    return new Patterns(
        Reach.globs(
            workbook.expand(cell).stream()
                .map(pattern -> foldsCase ? pattern.toLowerCase(Locale.ROOT) : pattern)
                .toList()),
        foldsCase);
  }

  boolean match(String name) {
    String text = foldsCase ? name.toLowerCase(Locale.ROOT) : name;
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
    String directory = name.toLowerCase(Locale.ROOT) + "/";
    return foldsCase && globs.stream().anyMatch(glob -> glob.pattern().startsWith(directory));
  }

  boolean has(String pattern) {
    return globs.contains(new Glob(pattern));
  }
}
