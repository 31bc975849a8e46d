package dev.countersign.proxy.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Detector;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberHintTest {

  private static final List<Detector> NUMBERS =
      List.of(Detector.PHONE, Detector.SSN, Detector.PAYMENT_CARD, Detector.IBAN);

  /** Of which numbers are made, and texts that only look like them. */
  private static final List<String> PARTS =
      List.of(
          "+1",
          "(206)",
          "206",
          "555",
          "0142",
          "078",
          "078-05",
          "05",
          "1120",
          "4111",
          "1111 1111",
          "11111111",
          "DE89370400440532013000",
          "DE89",
          "3704 0044",
          "0532013000",
          "GB82WEST",
          "1234 5698 7654 32",
          " ",
          "-",
          ".",
          "(",
          ")",
          "  ",
          "\n",
          "x",
          "7");

  @Test
  void gw31_missesNothingThatTheFormsFind() {
    Random random = new Random(31);
    Map<Detector, Integer> found = new EnumMap<>(Detector.class);
    for (int i = 0; i < 200_000; i++) {
      StringBuilder made = new StringBuilder();
      for (int part = random.nextInt(8); part >= 0; part--) {
        made.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      String text = made.toString();
      for (Detector detector : NUMBERS) {
        if (ContentDetectors.hasForm(detector, text)) {
          found.merge(detector, 1, Integer::sum);
          assertThat(ContentDetectors.finds(detector, text)).as(text).isTrue();
        }
      }
    }

    assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(NUMBERS);
    assertThat(found.values()).allSatisfy(count -> assertThat(count).isGreaterThan(20));
  }
}
