package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two officers at their command lines, and an agent at psql. */
class VersionsIT {

  private static final String INSERT =
      "EXPLAIN INSERT INTO orders (customer_id, status, total_cents) VALUES (1, 'new', 990)";

  @TempDir Path home;

  private record Printed(int exit, String text) {}

  @Test
  void aSecondOfficerPutsADraftInForceAndTheFirstRollsItBack() throws Exception {
    DemoChoices choices = new DemoChoices(false, Configuration.Source.VERSIONS, Optional.empty());
    StringWriter progress = new StringWriter();
    try (DemoWorld world =
        DemoWorld.start(home.resolve("demo"), choices, new Progress(new PrintWriter(progress)))) {
      Psql agent = world.agent();
      assertThat(agent.run(INSERT).output()).contains("Insert on orders");
      Path draft = draft(world.running().directory().resolve("countersign.xlsx"));

      Printed submitted = policy(world, "olivia", "submit", draft.toString());
      assertThat(submitted.exit()).isEqualTo(ExitCode.OK);
      String version = id(submitted.text());

      assertThat(policy(world, "olivia", "activate", version, "-m", "TICKET-12"))
          .returns(ExitCode.REFUSED, Printed::exit)
          .extracting(Printed::text)
          .asString()
          .contains("you submitted this version; somebody else must activate it");
      assertThat(agent.run(INSERT).output()).contains("Insert on orders");

      assertThat(policy(world, "oscar", "activate", version, "-m", "TICKET-12").exit())
          .isEqualTo(ExitCode.OK);
      await().untilAsserted(() -> assertThat(agent.run(INSERT).output()).contains("SQL-008"));

      assertThat(policy(world, "olivia", "rollback", "-m", "agents need it").exit())
          .isEqualTo(ExitCode.OK);
      await()
          .untilAsserted(() -> assertThat(agent.run(INSERT).output()).contains("Insert on orders"));

      assertThat(policy(world, "audrey", "history").text())
          .contains("rollback: agents need it", "TICKET-12", "bootstrap");
      Path fetched = home.resolve("fetched.xlsx");
      policy(world, "audrey", "fetch", version, fetched.toString());
      assertThat(fetched).hasSameBinaryContentAs(draft);
    }
  }

  private Printed policy(DemoWorld world, String who, String... words) {
    List<String> line = new ArrayList<>(List.of("policy", words[0]));
    line.addAll(List.of("--server", world.running().api().toString()));
    line.addAll(List.of("--token", world.running().token(who)));
    line.addAll(Arrays.asList(words).subList(1, words.length));
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);
    int exit = Countersign.run(out, out, line.toArray(String[]::new));
    return new Printed(exit, output.toString());
  }

  private static String id(String printed) {
    Matcher id = Pattern.compile("^[0-9a-f]{12}", Pattern.MULTILINE).matcher(printed);
    assertThat(id.find()).as(printed).isTrue();
    return id.group();
  }

  /** The workbook, but agents may place no orders. */
  private Path draft(Path workbook) throws IOException {
    Workbook now = (Workbook) WorkbookReader.read(Files.readAllBytes(workbook));
    List<SqlRow> rows =
        now.sql().stream().map(row -> row.id().equals("SQL-008") ? blocking(row) : row).toList();
    Path draft = home.resolve("draft.xlsx");
    WorkbookWriter.write(
        new Workbook(
            now.about(),
            rows,
            now.git(),
            now.kubernetes(),
            now.masking(),
            now.access(),
            now.risk(),
            now.lists(),
            List.of()),
        draft);
    return draft;
  }

  private static SqlRow blocking(SqlRow row) {
    Particulars particulars = row.particulars();
    return new SqlRow(
        particulars, row.scope(), row.actions(), row.object(), row.condition(), Ruling.BLOCK);
  }
}
