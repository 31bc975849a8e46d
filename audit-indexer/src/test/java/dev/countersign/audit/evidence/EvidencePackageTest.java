package dev.countersign.audit.evidence;

import static dev.countersign.audit.index.SampleEvents.AGENT;
import static dev.countersign.audit.index.SampleEvents.answered;
import static dev.countersign.audit.index.SampleEvents.closed;
import static dev.countersign.audit.index.SampleEvents.completed;
import static dev.countersign.audit.index.SampleEvents.decided;
import static dev.countersign.audit.index.SampleEvents.opened;
import static dev.countersign.audit.index.SampleEvents.pushed;
import static dev.countersign.audit.index.SampleEvents.requested;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EvidencePackageTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** What the product cannot show must not be claimed, in packages and in documents. */
  private static final Pattern CLAIMS =
      Pattern.compile(
          "(?i)\\b(is|are|fully|NIST|FIPS|OSCAL|COSAiS)["
              + " -](compliant|certified|validated|accredited)|tamper-proof|guarantees?"
              + " compliance|ensures compliance|unhackable|\\b(RA-5|IA-12|SC-13)\\b");

  @TempDir Path directory;

  private Path journal() {
    return directory.resolve("journal");
  }

  private byte[] make(List<Event> events, String... controls) throws Exception {
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(journal()))) {
      events.forEach(journal::append);
      journal.durable(journal.appended()).toCompletableFuture().join();
    }
    return again(controls);
  }

  private byte[] again(String... controls) throws IOException {
    return EvidencePackage.make(
        new EvidenceRequest(
            StoredJournal.local(journal()),
            Instant.EPOCH,
            Instant.parse("2999-01-01T00:00:00Z"),
            List.of(controls)),
        "countersign test");
  }

  private static List<Event> day() {
    List<Event> events = new ArrayList<>();
    events.add(new Event.PolicyActivated("f00dfeed", "policy.xlsx", 12));
    events.add(opened("s-1"));
    events.add(decided("s-1", 1, "UPDATE customers SET email = '=HYPERLINK(1)'", Verdict.APPROVE));
    events.add(requested("s-1", 1));
    events.add(answered("s-1", 1));
    events.add(completed("s-1", 1));
    events.add(decided("s-1", 2, "DROP TABLE payments", Verdict.BLOCK));
    events.add(closed("s-1", 2));
    events.add(opened("s-2"));
    events.add(pushed("s-2", 1, Verdict.BLOCK));
    events.add(closed("s-2", 1));
    return events;
  }

  @Test
  void twoRunsGiveTheSameBytes() throws Exception {
    byte[] first = make(day());
    Files.move(journal(), directory.resolve("elsewhere"));
    Files.move(directory.resolve("elsewhere"), journal());

    assertThat(again()).isEqualTo(first);
    assertThat(files(first))
        .containsKeys(
            "index.html",
            "controls.csv",
            "populations/ac-5.csv",
            "samples/ac-5.txt",
            "approvals.jsonl",
            "policies.csv",
            "custody.csv",
            "integrity/journal.json",
            "oscal/assessment-results.json",
            "manifest.json");
  }

  @Test
  void tellsOfReadersInTheConsoleAndOnTheCommandLine() throws Exception {
    List<Event> events = day();
    events.add(new Event.RecordingRead("bob of https://issuer", new SessionId("s-1"), "console"));
    make(events);
    Custody.record(journal(), new Event.RecordSearched("root", "rule:SQL-014", 2));

    assertThat(files(again()).get("custody.csv").lines())
        .hasSize(3)
        .anyMatch(line -> line.contains(",journal,12,bob of https://issuer read session s-1"))
        .anyMatch(line -> line.contains(",custody,1,root searched rule:SQL-014"));
    assertThat(Custody.of(StoredJournal.local(journal())))
        .extracting(Custody.Looked::place)
        .containsExactly("journal", "custody");
  }

  @Test
  void tellsOfReadersUpToWhereTheirJournalIsDamaged() throws Exception {
    make(day());
    Custody.record(journal(), new Event.RecordSearched("root", "rule:SQL-014", 2));
    Custody.record(journal(), new Event.RecordSearched("root", "rule:SQL-015", 2));
    List<Path> segments;
    try (Stream<Path> files = Files.list(Custody.beside(journal()))) {
      segments = files.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
    }
    byte[] last = Files.readAllBytes(segments.getLast());
    last[last.length - 20] ^= 1;
    Files.write(segments.getLast(), last);

    assertThat(files(again()).get("custody.csv"))
        .contains("root searched rule:SQL-014", "cannot be read further")
        .doesNotContain("SQL-015");
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws Exception {
    Map<String, String> files = files(make(day()));

    assertThat(files.get("controls.csv")).doesNotContain("not satisfied");
    assertThat(files.get("controls.csv").lines().filter(line -> line.startsWith("AC-5,")))
        .singleElement()
        .matches(line -> line.endsWith(",separation,1,0,satisfied"), "AC-5 satisfied");
    assertThat(JSON.readTree(files.get("approvals.jsonl")).path("answers").get(0).path("approver"))
        .hasToString("\"bob\"");
    assertThat(files.get("samples/ac-5.txt")).contains("UPDATE customers", "APPROVED by Bob");
  }

  @Test
  void namesWhatIsWrong() throws Exception {
    List<Event> events = day();
    Subject alice =
        new Subject(
            AGENT.issuer(), "alice", "Alice", Subject.Kind.HUMAN, Set.of(), Optional.empty());
    events.add(opened("s-3"));
    events.add(decided("s-3", 1, "DELETE FROM customers", Verdict.APPROVE));
    events.add(requested("s-3", 1));
    events.add(approvedBy(AGENT));
    events.add(approvedBy(alice));
    events.add(decided("s-3", 2, "DROP TABLE payments", Verdict.BLOCK));
    events.add(completed("s-3", 2));
    events.add(decided("s-3", 3, "DELETE FROM customers", Verdict.APPROVE));
    events.add(completed("s-3", 3));
    events.add(completed("s-3", 9));
    events.add(closed("s-3", 7));
    Map<String, String> files = files(make(events));

    assertThat(files.get("index.html"))
        .contains(
            "s-3/1: approval A-1 by agent-7",
            "s-3/1: approval A-1 by alice",
            "s-3/2: it ran though it was blocked",
            "s-3/3: it ran without an approval",
            "s-3/9: it ran undecided",
            "session s-3 counted 7 commands, 3 are recorded");
    JsonNode findings =
        JSON.readTree(files.get("oscal/assessment-results.json"))
            .at("/assessment-results/results/0/findings");
    List<String> failed = new ArrayList<>();
    for (JsonNode finding : findings) {
      if (finding.at("/target/status/state").asText().equals("not-satisfied")) {
        failed.add(finding.at("/target/target-id").asText());
      }
    }
    assertThat(failed).contains("ac-5_obj", "ac-3_obj", "ac-3.2_obj", "au-14_obj");
    assertThat(failed).doesNotContain("au-12_obj", "cm-3_obj");
  }

  private static Event approvedBy(Subject approver) {
    return new Event.ApprovalAnswered(
        new SessionId("s-3"),
        1,
        "A-1",
        Event.ApprovalAnswered.Answer.APPROVED,
        Optional.of(approver),
        "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"component-definition", "assessment-plan", "assessment-results"})
  void oscalIsValid(String model) throws Exception {
    JsonNode document = JSON.readTree(files(make(day())).get("oscal/" + model + ".json"));
    String name =
        switch (model) {
          case "assessment-plan" -> "ap";
          case "assessment-results" -> "ar";
          default -> model;
        };

    assertThat(schema(name).validate(document)).isEmpty();

    ((ObjectNode) document.get(model)).remove("metadata");
    assertThat(schema(name).validate(document)).as("the schema refuses").isNotEmpty();
  }

  @Test
  void everyReferenceInOscalLeadsSomewhere() throws Exception {
    Map<String, String> files = files(make(day()));
    for (String model : List.of("assessment-plan", "assessment-results")) {
      String text = files.get("oscal/" + model + ".json");
      Set<String> ids = new TreeSet<>();
      Matcher id = Pattern.compile("\"uuid\" : \"([0-9a-f-]{36})\"").matcher(text);
      while (id.find()) {
        assertThat(ids.add(id.group(1))).as("%s twice", id.group(1)).isTrue();
      }
      Matcher reference =
          Pattern.compile("(\"#|\"observation-uuid\" : \")([0-9a-f-]{36})\"").matcher(text);
      while (reference.find()) {
        assertThat(ids).contains(reference.group(2));
      }
    }
  }

  /** The published schemas of OSCAL 1.1.3 hold one key too many, which no validator reads. */
  private static JsonSchema schema(String name) throws IOException {
    try (InputStream in =
        EvidencePackageTest.class.getResourceAsStream(
            "/schema/json/oscal-" + name + "_schema.json")) {
      JsonNode schema = JSON.readTree(in);
      repair(schema, false);
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
    }
  }

  private static void repair(JsonNode node, boolean namesProperties) {
    if (node instanceof ObjectNode schema && !namesProperties && schema.path("id").isObject()) {
      schema.remove("id");
    }
    node.properties()
        .forEach(
            field ->
                repair(
                    field.getValue(),
                    !namesProperties
                        && Set.of("properties", "definitions").contains(field.getKey())));
    if (node.isArray()) {
      node.forEach(element -> repair(element, false));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=1+1          | \"'=1+1\"",
        "+49           | \"'+49\"",
        "-2            | \"'-2\"",
        "@SUM(A1)      | \"'@SUM(A1)\"",
        "a,b           | \"a,b\"",
        "say \"x\"     | \"say \"\"x\"\"\"",
        "plain         | plain",
      })
  void cellsAreNoFormulas(String text, String cell) {
    assertThat(Csv.cell(text)).isEqualTo(cell);
    assertThat(Csv.cell(" \t" + text)).doesNotStartWith("=").doesNotStartWith("\" =");
    assertThat(Csv.cell("\r\n=1")).doesNotContain("\r", "\n");
  }

  @Test
  void nothingIsClaimedThatTheRecordCannotShow() throws Exception {
    files(make(day()))
        .forEach((name, text) -> assertThat(text).as(name).doesNotContainPattern(CLAIMS));
    Path documents = Path.of("..", "docs");
    try (Stream<Path> all = Files.list(documents)) {
      for (Path document : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(document)).as("%s", document).doesNotContainPattern(CLAIMS);
      }
    }
  }

  @Test
  void everyControlNamesATestThatExistsAndAQueryThatCanBeRead() throws Exception {
    List<Control> controls = ControlCatalogue.all();
    Set<String> tests = new TreeSet<>();
    try (Stream<Path> all = Files.walk(Path.of(".."))) {
      all.map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .forEach(name -> tests.add(name.replace(".java", "")));
    }
    assertThat(controls).hasSizeGreaterThan(39).extracting(Control::id).doesNotHaveDuplicates();
    for (Control control : controls) {
      assertThat(tests).contains(control.test());
      assertThat(control.condition()).isNotNull();
      assertThat(control.owner()).isNotBlank();
      assertThat(control.evidenced()).isNotBlank();
    }
  }

  @Test
  void selectsFamiliesAndControlsAndNamesWhatThereIsNot() {
    assertThat(ControlCatalogue.select(List.of("ac-5", "AU")))
        .extracting(Control::id)
        .contains("AC-5", "AU-2", "AU-14")
        .doesNotContain("AC-3", "SC-7(5)");
    assertThatThrownBy(() -> ControlCatalogue.select(List.of("RA-5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RA-5");
  }

  @Test
  void theSignatureIsThatOfTheKey() throws Exception {
    Path file = directory.resolve("evidence.key");
    byte[] zip = make(day());

    byte[] signature = EvidenceKey.open(file).sign(zip);

    assertThat(EvidenceKey.open(file).sign(zip)).isEqualTo(signature);
    String pem = Files.readString(EvidenceKey.publicHalf(file), StandardCharsets.US_ASCII);
    PublicKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""))));
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(zip);
    assertThat(check.verify(signature)).isTrue();
  }

  private static Map<String, String> files(byte[] zip) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), new String(in.readAllBytes(), UTF_8));
      }
    }
    return files;
  }
}
