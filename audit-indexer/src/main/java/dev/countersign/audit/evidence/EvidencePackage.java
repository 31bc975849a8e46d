package dev.countersign.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.replay.EventLine;
import dev.countersign.audit.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What the record shows for some controls in a period, in one ZIP file. The same journal, period
 * and controls give the same bytes, whoever makes it and when.
 */
public final class EvidencePackage {

  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private EvidencePackage() {}

  /**
   * Makes a package.
   *
   * @param product name and version of what makes it
   * @return the ZIP file
   * @throws IllegalArgumentException if a control is asked for that there is no evidence for
   */
  public static byte[] make(EvidenceRequest request, String product) throws IOException {
    List<Control> controls = ControlCatalogue.select(request.controls());
    Gathering gathering = Gathering.of(request, controls);
    TreeMap<String, byte[]> files = new TreeMap<>();
    put(files, "index.html", SummaryPage.of(request, controls, gathering));
    put(files, "controls.csv", controls(controls, gathering));
    gathering
        .populations()
        .forEach((control, csv) -> put(files, population(control), csv.toString()));
    gathering.samples().forEach((control, sample) -> sample(files, control, sample));
    put(files, "approvals.jsonl", gathering.approvals().lines());
    put(files, "policies.csv", gathering.policies().toString());
    put(files, "policy-changes.csv", gathering.changes().toString());
    put(files, "custody.csv", custody(request, gathering));
    put(files, "integrity/journal.json", EvidenceJson.pretty(integrity(request, gathering)));
    put(files, "integrity/verifier.txt", verified(request, gathering));
    put(files, "README.txt", README);
    Oscal oscal = new Oscal(controls, request, product);
    Map<String, String> digests = digests(files);
    put(files, "oscal/component-definition.json", EvidenceJson.pretty(oscal.componentDefinition()));
    put(files, "oscal/assessment-plan.json", EvidenceJson.pretty(oscal.assessmentPlan()));
    put(
        files,
        "oscal/assessment-results.json",
        EvidenceJson.pretty(oscal.assessmentResults(gathering, digests)));
    put(files, "manifest.json", EvidenceJson.pretty(manifest(request, product, files)));
    return zip(files);
  }

  /** Where the events of a control are. */
  static String population(Control control) {
    return "populations/" + control.fileName() + ".csv";
  }

  private static final String README =
      """
      Evidence from the record of Countersign.

      index.html         for people: exceptions first, then each control
      controls.csv       the same as a table
      populations/       per control all events of the period that belong to it
      samples/           per control some of them, with everything that was recorded about them
      approvals.jsonl    each approval: request, answers, outcome
      policies.csv       which policy version was put in force when
      policy-changes.csv what each version changed, cell by cell, where its workbook was given
      custody.csv        who searched, replayed and exported the record
      integrity/         what was read of the journal, and what the verifier says of it up to the
                         checkpoint that covers the period; verify it yourself with the key that you
                         were given when the gateway was set up
      oscal/             component definition, assessment plan, assessment results (OSCAL 1.1.3)
      manifest.json      SHA-256 of each of these files

      The signature is beside the package, not in it:
      openssl pkeyutl -verify -pubin -inkey evidence.pub.pem -rawin -in PACKAGE -sigfile PACKAGE.sig

      Cells of tables that a spreadsheet would take for a formula begin with an apostrophe.
      """;

  private static void put(Map<String, byte[]> files, String name, String text) {
    files.put(name, text.getBytes(UTF_8));
  }

  private static void sample(Map<String, byte[]> files, Control control, Sample sample) {
    if (!sample.isEmpty()) {
      put(files, "samples/" + control.fileName() + ".txt", sample.toString());
    }
  }

  private static String controls(List<Control> controls, Gathering gathering) {
    Csv csv =
        new Csv(
            "control",
            "title",
            "gateway",
            "evidenced",
            "organisation",
            "query",
            "events",
            "check",
            "examined",
            "exceptions",
            "outcome");
    Map<Check, CheckResult> results = gathering.results();
    for (Control control : controls) {
      Optional<CheckResult> result = control.check().map(results::get);
      csv.row(
          List.of(
              control.id(),
              control.title(),
              control.status().word(),
              control.evidenced(),
              control.owner(),
              control.query(),
              Long.toString(gathering.size(control)),
              control.check().map(Check::word).orElse(""),
              result.map(each -> Long.toString(each.examined())).orElse(""),
              result.map(each -> Long.toString(each.exceptions())).orElse(""),
              SummaryPage.outcome(control, results)));
    }
    return csv.toString();
  }

  private static String custody(EvidenceRequest request, Gathering gathering) {
    Csv csv = new Csv("time", "journal", "record", "what");
    List<Custody.Looked> all =
        Custody.with(
            gathering.readings(),
            Custody.beside(request.journal().directory()),
            damage ->
                csv.row(List.of("", "custody", "", "the custody journal cannot be read further")));
    for (Custody.Looked looked : all) {
      RecordedEvent recorded = looked.recorded();
      boolean isInPeriod =
          !recorded.time().isBefore(request.from()) && recorded.time().isBefore(request.until());
      if (isInPeriod) {
        csv.row(
            List.of(
                recorded.time().toString(),
                looked.place(),
                Long.toString(recorded.sequence()),
                EventLine.of(recorded.event(), 1_000)));
      }
    }
    return csv.toString();
  }

  /** What the verifier says of the journal, up to the checkpoint that covers the period. */
  private static String verified(EvidenceRequest request, Gathering gathering) throws IOException {
    Verifier verifier =
        new Verifier(request.journal().directory(), Optional.empty(), List.of(), List.of());
    return String.join("\n", verifier.runUpTo(gathering.span().last).lines()) + "\n";
  }

  private static ObjectNode integrity(EvidenceRequest request, Gathering gathering) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    JournalReader.journalId(request.journal().directory())
        .ifPresent(id -> json.put("journal", id.toString()));
    Gathering.Span span = gathering.span();
    json.put("recordsRead", Long.toString(span.read))
        .put("firstOfPeriod", Long.toString(span.first))
        .put("lastOfPeriod", Long.toString(span.last))
        .put("problem", span.problem.orElse("none"))
        .put(
            "meaning",
            "Each record was checked against its own checksum and the hash of the one before.");
    return json;
  }

  private static ObjectNode manifest(
      EvidenceRequest request, String product, SortedMap<String, byte[]> files) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("product", product)
        .put("from", request.from().toString())
        .put("until", request.until().toString())
        .put("catalogue", ControlCatalogue.RELEASE);
    request.controls().forEach(json.putArray("asked")::add);
    ObjectNode list = json.putObject("files");
    files.forEach(
        (name, bytes) ->
            list.putObject(name)
                .put("sha256", Digest.hex(bytes))
                .put("bytes", Integer.toString(bytes.length)));
    return json;
  }

  private static Map<String, String> digests(SortedMap<String, byte[]> files) {
    Map<String, String> digests = new TreeMap<>();
    files.forEach((name, bytes) -> digests.put(name, Digest.hex(bytes)));
    return digests;
  }

  /** Sorted, without times, and stored: compression differs between versions of zlib. */
  private static byte[] zip(SortedMap<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, UTF_8)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        CRC32 crc = new CRC32();
        crc.update(file.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(file.getValue().length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
