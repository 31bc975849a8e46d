package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoPolicyTest {

  private static final Path COMMITTED = Path.of("..", "policy", "countersign.xlsx");
  private static final String WRITE = "countersign.writePolicy";

  @Test
  void theCommittedWorkbookIsTheProgramsWorkbook() throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      DemoPolicy.write(COMMITTED);
    }

    var committed = WorkbookReader.read(COMMITTED);

    assertThat(committed)
        .as(
            "write it anew: mvn -pl tooling -am test -Dtest=DemoPolicyTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D"
                + WRITE
                + "=true")
        .isEqualTo(DemoPolicy.workbook());
    assertThat(new WorkbookPolicy((Workbook) committed).id())
        .isEqualTo(new WorkbookPolicy(DemoPolicy.workbook()).id());
  }
}
