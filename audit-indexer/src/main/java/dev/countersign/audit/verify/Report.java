package dev.countersign.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a verification found.
 *
 * @param journal its id; empty if no segment could be read
 * @param opened how many payloads were opened and compared with what their records commit to
 * @param covered the newest sequence under a valid checkpoint
 */
public record Report(
    String journal,
    long segments,
    long records,
    long opened,
    long checkpoints,
    long covered,
    List<Finding> findings) {

  public Report {
    findings = List.copyOf(findings);
  }

  /** Whether nothing shows that the journal is not as it was written. */
  public boolean isSound() {
    return findings.stream().noneMatch(Finding::isFault);
  }

  /** A line each, faults first. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "journal %s: %d segments, %d records (%d payloads opened), %d checkpoints up to record %d"
            .formatted(journal, segments, records, opened, checkpoints, covered));
    findings.stream().filter(Finding::isFault).forEach(f -> lines.add("FAULT  " + f));
    findings.stream().filter(f -> !f.isFault()).forEach(f -> lines.add("note   " + f));
    lines.add(isSound() ? "SOUND" : "NOT SOUND");
    return lines;
  }

  public String json() {
    StringBuilder out = new StringBuilder();
    out.append("{\"sound\":").append(isSound());
    out.append(",\"journal\":").append(quoted(journal));
    out.append(",\"segments\":").append(segments);
    out.append(",\"records\":").append(records);
    out.append(",\"opened\":").append(opened);
    out.append(",\"checkpoints\":").append(checkpoints);
    out.append(",\"covered\":").append(covered);
    out.append(",\"findings\":[");
    String comma = "";
    for (Finding finding : findings) {
      out.append(comma)
          .append("{\"kind\":")
          .append(quoted(finding.kind().name().toLowerCase(Locale.ROOT)))
          .append(",\"fault\":")
          .append(finding.isFault())
          .append(",\"where\":")
          .append(quoted(finding.where()))
          .append(",\"what\":")
          .append(quoted(finding.what()))
          .append('}');
      comma = ",";
    }
    return out.append("]}").toString();
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
