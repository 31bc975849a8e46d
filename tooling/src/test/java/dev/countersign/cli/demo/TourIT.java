package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tour, and then the walk of docs/auditors.md over what it has left. */
class TourIT {

  private static Path home;
  private static Path copy;
  private static int exit;
  private static String told = "";

  /** What a command line printed, and how it ended. */
  private record Printed(int exit, String text) {}

  @BeforeAll
  static void walk() throws IOException {
    home = Files.createTempDirectory("countersign-tour-");
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output, true);
    exit = Countersign.run(out, out, "demo", "--tour", "--directory", home + "/tour");
    told = output.toString();
    copy = home.resolve("handed/journal");
    Files.createDirectories(copy);
    // Neither the folder of local keys nor the gateway's state is handed over.
    try (Stream<Path> files = Files.list(home.resolve("tour/journal"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
  }

  @AfterAll
  static void delete() throws IOException {
    DemoDirectory.delete(home);
  }

  @Test
  void everythingComesOutAsTheWorkbookSays() {
    assertThat(exit).as(told).isEqualTo(ExitCode.OK);
    assertThat(told).contains("ALLOW", "MASK", "BLOCK", "APPROVE → approved", "APPROVE → denied");
  }

  @Test
  void anIncidentIsFoundAndReplayedFromACopyWithTheOwnersKeyAlone() throws Exception {
    Printed sealed = onCopy(List.of(), "audit", "search", "verdict:block \"drop table\"");
    assertThat(sealed.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(sealed.text()).contains("Left out: segment 1 of the journal is sealed");

    Printed found = onCopy(key(), "audit", "search", "verdict:block user:agent-7 \"drop table\"");
    assertThat(found.exit()).isEqualTo(ExitCode.OK);
    Matcher decision = Pattern.compile("([0-9a-f-]{36})/1 ").matcher(found.text());
    assertThat(decision.find()).isTrue();

    Path page = home.resolve("session.html");
    String session = decision.group(1);
    Printed replayed = onCopy(key(), "sessions", "replay", session, "--speed", "1000");
    Printed exported = onCopy(key(), "sessions", "replay", session, "--html", page.toString());
    Printed custody = onCopy(List.of(), "audit", "custody");

    assertThat(replayed.text()).contains("#1 BLOCK SQL-014", "DROP TABLE orders");
    assertThat(exported.exit()).isEqualTo(ExitCode.OK);
    assertThat(page).content().contains("DROP TABLE orders");
    assertThat(custody.text()).contains("read session " + session + ": export");
  }

  @Test
  void theCopyVerifiesAndADoctoredOneIsNamedExactly() throws Exception {
    List<String> signer = List.of("--public-key", publicKey(), "--anchors", home + "/tour/anchors");
    Printed sound = onCopy(signer, "audit", "verify");
    assertThat(sound.exit()).as(sound.text()).isEqualTo(ExitCode.OK);
    assertThat(sound.text()).contains("SOUND").doesNotContain("without an anchor");

    Path doctored = home.resolve("doctored");
    Files.createDirectories(doctored);
    try (Stream<Path> files = Files.list(copy)) {
      for (Path file : files.toList()) {
        Files.copy(file, doctored.resolve(file.getFileName()));
      }
    }
    Path segment = doctored.resolve("segment-000000000001.journal");
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(20_000);
      int old = file.read();
      file.seek(20_000);
      file.write(old ^ 1);
    }
    Printed edited =
        run("audit", "verify", "--journal", doctored.toString(), "--public-key", publicKey());
    assertThat(edited.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(edited.text())
        .containsPattern(
            "FAULT +edited: segment-000000000001.journal at offset \\d+ \\(record \\d+");
  }

  @Test
  void anEvidencePackageIsMadeOfTheCopyAndIsTheSameTwice() throws Exception {
    Path first = home.resolve("first.zip");
    Path second = home.resolve("second.zip");
    String until = java.time.Instant.now().toString();
    for (Path output : List.of(first, second)) {
      List<String> options = new ArrayList<>(key());
      options.addAll(List.of("--from", "2026-01-01", "--to", until, "--controls", "AC,AU"));
      options.addAll(List.of("--output", output.toString(), "--sign-with", home + "/evidence.key"));
      // Every reading is recorded, and the second package would tell of the first.
      Path custody = copy.resolveSibling("journal-custody");
      if (Files.exists(custody)) {
        DemoDirectory.delete(custody);
      }
      Printed made = onCopy(options, "audit", "evidence");
      assertThat(made.exit()).as(made.text()).isEqualTo(ExitCode.OK);
    }
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    Printed refused =
        onCopy(
            List.of("--from", "2026-01-01", "--to", until, "--output", home + "/third.zip"),
            "audit",
            "evidence");
    assertThat(refused.exit()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(refused.text()).contains("sealed to the owner's key");
  }

  @Test
  void theServersOwnLogNamesTheOneLookPastTheGateway() throws Exception {
    List<String> options = new ArrayList<>(key());
    options.addAll(List.of("--resource", "orders"));
    options.add(home + "/tour/postgres/data/log/postgresql.csv");
    Printed compared = onCopy(options, "audit", "reconcile", "postgres");

    assertThat(compared.exit()).as(compared.text()).isEqualTo(ExitCode.FAILED);
    assertThat(compared.text())
        .contains(
            "What reached the upstream without passing the gateway:",
            "SELECT email, ssn, phone FROM customers WHERE id = 7")
        .doesNotContain("was released and reported as done", "did not release it");
    assertThat(compared.text().lines().filter(line -> line.contains("postgresql.csv line")))
        .allMatch(line -> line.contains("postgres from 127.0.0.1"));
  }

  @Test
  void theHostsReflogsHoldWhatWasReleasedAndNothingElse() throws Exception {
    List<String> options = new ArrayList<>(key());
    options.addAll(List.of("--resource", "payments", home + "/tour/git/payments.git"));
    Printed compared = onCopy(options, "audit", "reconcile", "git");

    assertThat(compared.exit()).as(compared.text()).isEqualTo(ExitCode.OK);
    assertThat(compared.text()).contains("2 entries, 2 of them released by the gateway");
  }

  private static List<String> key() {
    return List.of("--key", home + "/tour/owner-private.jwk");
  }

  private static String publicKey() throws IOException {
    try (Stream<Path> files = Files.list(copy)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("checkpoint-key-"))
          .findFirst()
          .orElseThrow()
          .toString();
    }
  }

  private static Printed onCopy(List<String> options, String... command) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of("--journal", copy.toString()));
    line.addAll(options);
    return run(line.toArray(String[]::new));
  }

  private static Printed run(String... line) {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output, true);
    int exit = Countersign.run(out, out, line);
    return new Printed(exit, output.toString());
  }
}
