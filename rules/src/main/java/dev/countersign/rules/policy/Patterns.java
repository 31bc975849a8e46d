package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Workbook;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The patterns of one cell. Those of a row that holds something back match in whatever case and
 * form: what lies behind the gateway may not tell {@code Main} from {@code main}.
 */
record Patterns(List<Glob> globs, boolean foldsCase) {

  private static final Set<String> ANYWHERE = Set.of("*", "*/");

  /** What HFS+ does not see in a name. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]");

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

  /** Whether what they hold back may be a path as Windows knows it. */
  boolean holdBackInShort(String path) {
    return foldsCase && path.indexOf('~') >= 0 && ShortNames.mayMatch(folded(path), globs);
  }

  /**
   * Whether what they hold back may be found below a name, where that stands for a directory
   * elsewhere: by what they begin with, but for a {@code *} alone, which any name might have match
   * it.
   */
  boolean holdBackBelow(String name) {
    String directory = folded(name) + "/";
    return foldsCase
        && globs.stream()
            .flatMap(Patterns::beginnings)
            .anyMatch(beginning -> beginning.matches(directory));
  }

  /** What it says of a directory that something is in, and of those around that. */
  private static Stream<Glob> beginnings(Glob glob) {
    String pattern = glob.pattern();
    return IntStream.range(0, pattern.length())
        .filter(at -> pattern.charAt(at) == '/' || pattern.charAt(at) == '*')
        .mapToObj(at -> pattern.substring(0, at + 1))
        .filter(beginning -> !ANYWHERE.contains(beginning))
        .map(Glob::new);
  }

  /** As file systems without case see it: to some, {@code ſ} is an s, and an accent a letter. */
  private static String folded(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.chars().allMatch(c -> c < 128)
        ? lower
        : Normalizer.normalize(
            UNSEEN.matcher(text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT)).replaceAll(""),
            Normalizer.Form.NFC);
  }

  boolean has(String pattern) {
    return globs.contains(new Glob(pattern));
  }
}
