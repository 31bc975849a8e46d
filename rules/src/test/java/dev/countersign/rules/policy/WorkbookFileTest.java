package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkbookFileTest {

  private static final Duration INTERVAL = Duration.ofMillis(20);

  @TempDir Path directory;
  private Path file;
  private WorkbookFile source;

  @BeforeEach
  void namesTheFile() {
    file = directory.resolve("policy.xlsx");
    source = new WorkbookFile(file, WorkbookTestsTest::parse);
  }

  @Test
  void loadsASoundWorkbook() throws Exception {
    put(allowing());

    assertThat(source.load().id()).isEqualTo(allowing().policy().id());
  }

  @Test
  void refusesAMissingFile() {
    var refused = catchThrowableOfType(PolicyRefusedException.class, source::load);

    assertThat(refused.faults()).hasSize(1);
  }

  @Test
  void refusesWhatIsNoWorkbookAndNamesTheFault() throws Exception {
    Files.writeString(file, "no workbook");

    var refused = catchThrowableOfType(PolicyRefusedException.class, source::load);

    assertThat(refused.faults()).singleElement().asString().startsWith("file:");
  }

  @Test
  void refusesAWorkbookWhoseOwnExamplesComeOutOtherwise() throws Exception {
    put(allowing().test("ai-agents", "DELETE a", Verdict.ALLOW, ""));

    var refused = catchThrowableOfType(PolicyRefusedException.class, source::load);

    assertThat(refused.faults())
        .containsExactly("Tests!2: TEST-01 expected ALLOW, but got BLOCK by DEFAULT");
  }

  @Test
  void putsASoundChangeInForceAndKeepsWhatWasWhenAChangeIsUnsound() throws Exception {
    put(allowing());
    Policy policy = new Policy(source.load());
    Told told = new Told();
    try (var watching = source.watch(policy, INTERVAL, told)) {
      assertThat(watching).isNotNull();
      String second = allowing().block("*", "DROP", "*").policy().id();

      put(allowing().block("*", "DROP", "*"));

      await().untilAsserted(() -> assertThat(told.activated).containsExactly(second));
      assertThat(policy.current().id()).isEqualTo(second);

      Files.writeString(file, "half a workbook");

      await().untilAsserted(() -> assertThat(told.refused).hasSize(1));
      assertThat(policy.current().id()).isEqualTo(second);

      put(allowing());

      await().untilAsserted(() -> assertThat(told.activated).hasSize(2));
      assertThat(policy.current().id()).isEqualTo(allowing().policy().id());
    }
  }

  @Test
  void afterTheWatchEndedAChangeChangesNothing() throws Exception {
    put(allowing());
    Policy policy = new Policy(source.load());
    Told ended = new Told();
    source.watch(policy, INTERVAL, ended).close();
    Told other = new Told();
    try (var watching = source.watch(policy, INTERVAL, other)) {
      assertThat(watching).isNotNull();

      put(allowing().block("*", "DROP", "*"));

      await().untilAsserted(() -> assertThat(other.activated).hasSize(1));
    }
    assertThat(ended.activated).isEmpty();
  }

  private static Sheets allowing() {
    return new Sheets().allow("ai-agents", "SELECT", "*");
  }

  /** At once, as a careful program saves: the watch never sees half of it. */
  private void put(Sheets sheets) throws IOException {
    Path saved = directory.resolve("saved.xlsx");
    WorkbookWriter.write(sheets.workbook(), saved);
    Files.move(saved, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static final class Told implements PolicyListener {
    final List<String> activated = new CopyOnWriteArrayList<>();
    final List<List<String>> refused = new CopyOnWriteArrayList<>();

    @Override
    public void activated(PolicyVersion version, int rows) {
      activated.add(version.id());
    }

    @Override
    public void refused(List<String> faults) {
      refused.add(new ArrayList<>(faults));
    }
  }
}
