package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkbookFileTest {

  @TempDir Path directory;
  private Path file;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final PolicyListener listener =
      new PolicyListener() {
        @Override
        public void activated(PolicyVersion version, int rows) {
          told.add("activated " + version.id() + " " + rows);
        }

        @Override
        public void refused(List<String> faults) {
          told.add("refused " + faults);
        }
      };

  @BeforeEach
  void writeFirst() throws IOException {
    file = directory.resolve("policy.xlsx");
    WorkbookWriter.write(Examples.workbook("first", Verdict.ALLOW), file);
  }

  private void replace(Workbook workbook) throws IOException {
    Path next = directory.resolve("next.xlsx");
    WorkbookWriter.write(workbook, next);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void gw37_followsTheFileAndKeepsWhatWasGood() throws Exception {
    WorkbookFile source = new WorkbookFile(file, Examples::parse);
    Policy policy = new Policy(source.load());
    String first = policy.current().id();
    try (var watch = source.watch(policy, Duration.ofMillis(20), listener)) {
      assertThat(watch).isNotNull();

      replace(Examples.workbook("second", Verdict.ALLOW));
      await().until(() -> told.size() == 1);
      String second = policy.current().id();
      assertThat(second).isNotEqualTo(first);
      assertThat(told.get(0)).isEqualTo("activated " + second + " 5");

      replace(Examples.workbook("third", Verdict.BLOCK));
      await().until(() -> told.size() == 2);
      assertThat(told.get(1))
          .isEqualTo("refused [Tests!2: T-1 expected BLOCK by R-2, but got ALLOW by R-2]");
      assertThat(policy.current().id()).isEqualTo(second);

      Files.writeString(file, "not a workbook");
      await().until(() -> told.size() == 3);
      assertThat(told.get(2)).startsWith("refused [file: found something that is not a workbook");

      Files.delete(file);
      await().until(() -> told.size() == 4);
      assertThat(told.get(3)).startsWith("refused [file: cannot be read");
      assertThat(policy.current().id()).isEqualTo(second);

      replace(Examples.workbook("first", Verdict.ALLOW));
      await().until(() -> told.size() == 5);
      assertThat(policy.current().id()).isEqualTo(first);
    }
  }

  @Test
  void gw37_doesNotStartWithAPolicyWhoseExamplesFail() throws IOException {
    replace(Examples.workbook("first", Verdict.APPROVE));

    assertThatThrownBy(() -> new WorkbookFile(file, Examples::parse).load())
        .isInstanceOfSatisfying(
            PolicyRefusedException.class, refused -> assertThat(refused.faults()).hasSize(1));
  }
}
