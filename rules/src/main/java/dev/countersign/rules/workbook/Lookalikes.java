package dev.countersign.rules.workbook;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Characters that look like ASCII letters and are not: proposes what was probably meant. */
final class Lookalikes {

  /** Pairs of a letter of another script and the one it looks like. */
  private static final String PAIRS =
      "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝw"
          + "АAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅS"
          + "αaοoνvρpιiΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX"
          + "ıi–-—-‐-‑-−-․.∗*";

  private static final Map<Integer, Integer> ASCII = ascii();

  private Lookalikes() {}

  private static Map<Integer, Integer> ascii() {
    int[] letters = PAIRS.codePoints().toArray();
    Map<Integer, Integer> ascii = new HashMap<>();
    for (int i = 0; i < letters.length; i += 2) {
      ascii.put(letters[i], letters[i + 1]);
    }
    return Map.copyOf(ascii);
  }

  /** The text in ASCII: without accents and what cannot be seen. Nothing if that is not enough. */
  static Optional<String> plain(String text) {
    StringBuilder plain = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .filter(c -> !Vocabulary.isInvisible(c))
        .map(c -> ASCII.getOrDefault(c, c))
        .forEach(plain::appendCodePoint);
    return Optional.of(plain.toString())
        .filter(ascii -> !ascii.isEmpty() && !ascii.equals(text))
        .filter(ascii -> ascii.chars().allMatch(c -> c >= ' ' && c < 0x7f));
  }
}
