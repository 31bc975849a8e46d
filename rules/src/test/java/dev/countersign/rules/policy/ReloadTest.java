package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A gateway runs for months while officers save their workbook. */
class ReloadTest {

  private static final int RELOADS = 200;
  private static final int ROWS = 50;
  private static final Subject AGENT =
      new Subject("i", "a", "a", Subject.Kind.AGENT, Set.of("g"), Optional.empty());
  private static final Resource ORDERS = new Resource("orders", Resource.Kind.POSTGRES, Map.of());

  @Test
  void gw37_aReplacedVersionIsLetGoAndLeavesNoClass() {
    Policy policy = new Policy(version(0));
    List<WeakReference<PolicyVersion>> replaced = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      policy.activate(version(i));
      ask(policy, i);
    }
    long classes = loadedClasses();

    for (int i = 10; i < RELOADS; i++) {
      replaced.add(new WeakReference<>(policy.current()));
      policy.activate(version(i));
      ask(policy, i);
    }

    // Rows are data: nothing is generated for them, however many there were.
    assertThat(loadedClasses() - classes).isLessThan(RELOADS / 2);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              System.gc();
              return replaced.stream().allMatch(version -> version.refersTo(null));
            });
  }

  private static PolicyVersion version(int number) {
    Sheets sheets = new Sheets();
    for (int row = 0; row < ROWS; row++) {
      sheets.allow("g", "SELECT", "public.t" + number + "_" + row);
    }
    return sheets.policy();
  }

  private static void ask(Policy policy, int number) {
    SqlAccess access =
        new SqlAccess(SqlVerb.SELECT, "public.t" + number + "_7", Set.of("id"), true);
    SqlStatement statement = new SqlStatement(List.of(access), Set.of(), false);
    assertThat(policy.current().decide(AGENT, ORDERS, statement).verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  private static long loadedClasses() {
    return ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
  }
}
