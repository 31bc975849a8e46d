package dev.countersign.audit.evidence;

import dev.countersign.audit.replay.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The package for people: what was asked, exceptions first, then each control. To be printed too.
 */
final class SummaryPage {

  private static final String STYLE =
      """
      body { font-family: system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border: 1px solid #999; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
      .not { background: #fdd; }
      @media print { body { max-width: none; margin: 0; font-size: 9pt; } tr { break-inside: avoid; } }
      """;

  private SummaryPage() {}

  static String of(EvidenceRequest request, List<Control> controls, Gathering gathering) {
    StringBuilder out = new StringBuilder();
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                + " 'unsafe-inline'\">\n<title>Evidence</title>\n<style>\n")
        .append(STYLE)
        .append(
            "</style></head><body>\n<h1>Evidence from the record of Countersign</h1>\n<p>Period: ")
        .append(request.from())
        .append(" to ")
        .append(request.until())
        .append(" (UTC; the end is not in it). Controls of ")
        .append(ControlCatalogue.RELEASE)
        .append(".</p>\n")
        .append(
            "<p>This shows what was recorded by the gateway. It shows nothing about what did not"
                + " pass the gateway, and it takes no judgement from an assessor: each control"
                + " names what stays with the organisation.</p>\n");
    journal(gathering.span(), out);
    exceptions(controls, gathering.results(), out);
    table(controls, gathering, out);
    return out.append("</body></html>\n").toString();
  }

  private static void journal(Gathering.Span span, StringBuilder out) {
    out.append("<p>The journal was read from its beginning: ")
        .append(span.read)
        .append(" records, of which ")
        .append(span.first == 0 ? "none is" : span.first + " to " + span.last + " are")
        .append(" of the period. ")
        .append(
            span.problem
                .map(problem -> "It could not be read to the end: " + escaped(problem))
                .orElse(
                    "Each record carries the hash of the one before. Whether records are missing at"
                        + " the end, only a checkpoint that was kept elsewhere can tell."))
        .append("</p>\n");
  }

  private static void exceptions(
      List<Control> controls, Map<Check, CheckResult> results, StringBuilder out) {
    out.append("<h2>Exceptions</h2>\n");
    List<Control> failing = new ArrayList<>();
    for (Control control : controls) {
      if (outcome(control, results).equals(CheckResult.Outcome.NOT_SATISFIED.words())) {
        failing.add(control);
      }
    }
    if (failing.isEmpty()) {
      out.append("<p>The automatic tests found none.</p>\n");
    }
    for (Control control : failing) {
      CheckResult result = results.get(control.check().orElseThrow());
      out.append("<h3>").append(escaped(control.id())).append("</h3>\n<ul>\n");
      result.shown().forEach(each -> out.append("<li>").append(escaped(each)).append("</li>\n"));
      out.append("</ul>\n");
    }
  }

  private static void table(List<Control> controls, Gathering gathering, StringBuilder out) {
    out.append("<h2>Controls</h2>\n<table><thead><tr><th>Control</th><th>Gateway</th>")
        .append("<th>What the record shows</th><th>Stays with the organisation</th>")
        .append("<th>Events</th><th>Automatic test</th></tr></thead><tbody>\n");
    for (Control control : controls) {
      String outcome = outcome(control, gathering.results());
      boolean failed = outcome.equals(CheckResult.Outcome.NOT_SATISFIED.words());
      out.append(failed ? "<tr class=\"not\"><td>" : "<tr><td>")
          .append(escaped(control.id() + " " + control.title()))
          .append("</td><td>")
          .append(control.status().word())
          .append("</td><td>")
          .append(escaped(control.evidenced()))
          .append("</td><td>")
          .append(escaped(control.owner()))
          .append("</td><td>")
          .append(gathering.size(control))
          .append("<br>")
          .append(EvidencePackage.population(control))
          .append("</td><td>")
          .append(
              escaped(control.check().map(check -> check.statement() + " ").orElse("") + outcome))
          .append("</td></tr>\n");
    }
    out.append("</tbody></table>\n");
  }

  static String outcome(Control control, Map<Check, CheckResult> results) {
    return control
        .check()
        .map(results::get)
        .map(result -> result.outcome().words())
        .orElse("no automatic test");
  }

  private static String escaped(String text) {
    return VisibleText.line(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
