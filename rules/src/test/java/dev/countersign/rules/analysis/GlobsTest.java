package dev.countersign.rules.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GlobsTest {

  private static final List<String> NAMES = names(List.of("a", "b", "c"), 6);
  private static final List<String> NAMES_OF_BOTH_CASES = names(List.of("a", "A", "b"), 6);

  private static List<String> names(List<String> letters, int longest) {
    List<String> all = new ArrayList<>(List.of(""));
    for (int from = 0; all.get(from).length() < longest; from++) {
      for (String letter : letters) {
        all.add(all.get(from) + letter);
      }
    }
    return all;
  }

  @Test
  void oneNameStandsForAPattern() {
    Random random = new Random(7);
    int contained = 0;
    for (int i = 0; i < 3_000; i++) {
      String first = pattern(random);
      String second = pattern(random);
      boolean contains = new Glob(second).matches(Globs.typical(first));
      contained += contains ? 1 : 0;
      // Names of a letter that no pattern has are what makes the difference: c.
      assertThat(contains)
          .as("%s in %s", first, second)
          .isEqualTo(
              NAMES.stream().filter(new Glob(first)::matches).allMatch(new Glob(second)::matches));
    }
    assertThat(contained).isGreaterThan(200);
  }

  @Test
  void patternsMeetWhereANameMatchesBoth() {
    Random random = new Random(8);
    for (int i = 0; i < 3_000; i++) {
      String first = pattern(random);
      String second = pattern(random);
      var met = Globs.meet(first, second);
      assertThat(met.isPresent())
          .as("%s and %s", first, second)
          .isEqualTo(
              NAMES.stream()
                  .anyMatch(
                      name -> new Glob(first).matches(name) && new Glob(second).matches(name)));
      met.ifPresent(
          name -> {
            assertThat(new Glob(first).matches(name)).as("%s matches %s", first, name).isTrue();
            assertThat(new Glob(second).matches(name)).as("%s matches %s", second, name).isTrue();
          });
    }
  }

  @Test
  void patternsMeetWhereOneOfThemFoldsTheCase() {
    Random random = new Random(9);
    for (int i = 0; i < 3_000; i++) {
      String exact = pattern(random).replace('b', random.nextBoolean() ? 'A' : 'b');
      String folded = pattern(random);
      var met = Globs.meetFolding(exact, folded);
      assertThat(met.isPresent())
          .as("%s and %s in any case", exact, folded)
          .isEqualTo(
              NAMES_OF_BOTH_CASES.stream()
                  .anyMatch(
                      name ->
                          new Glob(exact).matches(name)
                              && new Glob(folded).matches(name.toLowerCase(Locale.ROOT))));
      met.ifPresent(name -> assertThat(new Glob(exact).matches(name)).isTrue());
    }
  }

  private static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      pattern.append("ab*".charAt(random.nextInt(3)));
    }
    return pattern.toString();
  }
}
