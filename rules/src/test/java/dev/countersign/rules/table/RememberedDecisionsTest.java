package dev.countersign.rules.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A policy that was asked before answers as one that never was. */
class RememberedDecisionsTest {

  private record Asked(Subject subject, Resource resource, SqlStatement statement) {

    Decision of(WorkbookPolicy policy) {
      return policy.decide(subject, resource, statement);
    }
  }

  @Test
  void areWhatWouldBeDecidedAnew() {
    for (int seed = 0; seed < 4; seed++) {
      Shop shop = new Shop(seed);
      Workbook workbook = shop.workbook(20);
      WorkbookPolicy policy = new WorkbookPolicy(workbook);
      List<Asked> questions = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Subject subject =
            new Subject(
                "i", "a" + i, "a", Subject.Kind.AGENT, shop.subjectGroups(), Optional.empty());
        Asked asked = new Asked(subject, shop.resource(), shop.statement());
        questions.add(asked);
        // The same things asked by others, and elsewhere.
        questions.add(new Asked(subject, shop.resource(), asked.statement));
        questions.add(
            new Asked(
                new Subject(
                    "i", "b", "b", Subject.Kind.AGENT, shop.subjectGroups(), Optional.empty()),
                asked.resource,
                asked.statement));
      }
      questions.addAll(List.copyOf(questions));
      Collections.shuffle(questions, new Random(seed));

      for (Asked asked : questions) {
        assertThat(asked.of(policy))
            .as("seed %d: %s", seed, asked)
            .isEqualTo(asked.of(new WorkbookPolicy(workbook)));
      }
    }
  }
}
