package dev.countersign.rules.policy;

import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.Faults;
import dev.countersign.rules.workbook.Reading;
import dev.countersign.rules.workbook.Workbook;
import java.util.List;
import java.util.function.Function;

/**
 * What a workbook must pass before it decides: no fault, and every example comes out as it says.
 */
public final class WorkbookCheck {

  private WorkbookCheck() {}

  /**
   * Makes a policy of a workbook that has been read.
   *
   * @param parser the facts of a SQL text, for the sheet Tests
   * @throws PolicyRefusedException with every fault, or every example that came out otherwise
   */
  public static WorkbookPolicy pass(Reading reading, Function<String, List<SqlStatement>> parser)
      throws PolicyRefusedException {
    Workbook workbook =
        switch (reading) {
          case Workbook sound -> sound;
          case Faults faults -> throw new PolicyRefusedException(faults.lines());
        };
    WorkbookPolicy version = new WorkbookPolicy(workbook);
    List<String> failures =
        WorkbookTests.run(workbook.tests(), version, parser).stream()
            .filter(result -> !result.passed())
            .map(WorkbookTests.Result::toString)
            .toList();
    if (!failures.isEmpty()) {
      throw new PolicyRefusedException(failures);
    }
    return version;
  }
}
