package dev.countersign.proxy.git;

import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;

/** What an approver is shown of a push: findings, risks, commits, files and differences. */
final class Exhibits {

  private static final int MOST_FILES = 500;

  /** Of all refs of a push together. */
  private static final int LONGEST_DIFF = 256 << 10;

  private static final int LARGEST_FILE = 1 << 20;

  private Exhibits() {}

  static List<Exhibit> of(Quarantine quarantine, List<Inspected> push, List<Finding> findings)
      throws IOException {
    List<Exhibit> exhibits = new ArrayList<>();
    if (!findings.isEmpty()) {
      exhibits.add(
          new Exhibit(
              "Findings",
              Exhibit.Format.TEXT,
              String.join("\n", findings.stream().map(Finding::toString).toList())));
    }
    int share = LONGEST_DIFF / Math.max(1, push.size());
    for (Inspected part : push) {
      List<String> risks = PushRisks.of(part);
      if (!risks.isEmpty()) {
        exhibits.add(
            new Exhibit(
                "Look twice at " + part.update(), Exhibit.Format.TEXT, String.join("\n", risks)));
      }
      if (!part.command().isDelete()) {
        exhibits.add(
            new Exhibit(
                "Commits of " + part.update().ref(),
                Exhibit.Format.TEXT,
                part.update().commits().count() + " new\n" + String.join("\n", part.commits())));
        exhibits.add(
            new Exhibit("Files of " + part.update().ref(), Exhibit.Format.TEXT, files(part)));
        String difference = difference(quarantine, part, share);
        if (!difference.isEmpty()) {
          exhibits.add(
              new Exhibit("Difference of " + part.update().ref(), Exhibit.Format.DIFF, difference));
        }
      }
    }
    return exhibits;
  }

  private static String files(Inspected part) {
    StringBuilder text = new StringBuilder();
    List<PathChange> paths = part.update().paths();
    if (paths.isEmpty()) {
      return "no file is changed\n";
    }
    for (PathChange path : paths.subList(0, Math.min(MOST_FILES, paths.size()))) {
      text.append(path.status().name().charAt(0))
          .append("  +")
          .append(path.linesAdded())
          .append(" -")
          .append(path.linesRemoved())
          .append("  ")
          .append(PlainText.line(SecretScanner.redact(path.path())))
          .append(
              switch (path.content()) {
                case TEXT -> "";
                case BINARY -> "  (binary)";
                case SYMLINK -> "  (symbolic link)";
                case SUBMODULE -> "  (submodule)";
              })
          .append('\n');
    }
    if (paths.size() > MOST_FILES) {
      text.append("and ").append(paths.size() - MOST_FILES).append(" more\n");
    }
    return text.toString();
  }

  private static String difference(Quarantine quarantine, Inspected part, int longest)
      throws IOException {
    Capped out = new Capped(longest);
    try (DiffFormatter formatter = formatter(out, quarantine.naming())) {
      formatter.setRepository(quarantine.repository());
      formatter.setBinaryFileThreshold(LARGEST_FILE);
      formatter.setDiffAlgorithm(BoundedDiff.create());
      List<DiffEntry> entries = formatter.scan(part.base().orElse(null), part.tip().orElse(null));
      for (DiffEntry entry : entries) {
        if (out.isFull()) {
          break;
        }
        formatter.format(entry);
        formatter.flush();
      }
    }
    return SecretScanner.redact(PlainText.lines(out.text()))
        + (out.isFull() ? "\n… the rest is not shown\n" : "");
  }

  private static DiffFormatter formatter(OutputStream out, Naming naming) {
    return switch (naming) {
      case Naming.Same _ -> new DiffFormatter(out);
      case Naming.Translated translated -> new NamedDifference(out, translated);
    };
  }

  /** Keeps the beginning of what is written to it. */
  private static final class Capped extends OutputStream {

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int longest;

    Capped(int longest) {
      this.longest = longest;
    }

    boolean isFull() {
      return kept.size() >= longest;
    }

    String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
      if (!isFull()) {
        kept.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      kept.write(bytes, from, Math.min(count, Math.max(0, longest - kept.size())));
    }
  }
}
