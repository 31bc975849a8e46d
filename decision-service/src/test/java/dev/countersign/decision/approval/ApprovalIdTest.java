package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApprovalIdTest {

  @Test
  void isShortAndTypeable() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = ApprovalId.random();
      assertThat(id).matches("A-[0-9A-HJKMNP-TV-Z]{8}");
      assertThat(ApprovalId.typed(id)).isEqualTo(id);
      seen.add(id);
    }
    assertThat(seen).hasSize(10_000);
  }

  @Test
  void forgivesHowPeopleType() {
    assertThat(ApprovalId.typed(" a-o0iL1abc\n")).isEqualTo("A-00111ABC");
  }
}
