package dev.countersign.audit.verify;

import dev.countersign.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Asks of each segment without payloads whether somebody signed for destroying them. */
final class ShreddedCheck {

  private final JournalFolder folder;
  private final ChainCheck chain;
  private final List<SignerKey> keys;
  private final List<Finding> findings;

  ShreddedCheck(
      JournalFolder folder, ChainCheck chain, List<SignerKey> keys, List<Finding> findings) {
    this.folder = folder;
    this.chain = chain;
    this.keys = keys;
    this.findings = findings;
  }

  void check(SortedMap<Long, Path> segments) throws IOException {
    for (Map.Entry<Long, Path> segment : segments.entrySet()) {
      if (segment.getValue().toString().endsWith(".shredded")) {
        findings.add(check(segment.getKey(), String.valueOf(segment.getValue().getFileName())));
      }
    }
  }

  private String journal() {
    return chain.journal().map(Object::toString).orElse("none");
  }

  private Finding check(long segment, String name) throws IOException {
    Path file = folder.tombstone(segment);
    if (!Files.exists(file)) {
      return new Finding(Kind.DELETED, name, "its payloads are gone, and no tombstone says why");
    }
    String text = Files.readString(file);
    Optional<Note> note = Note.parse(text);
    if (note.isEmpty() || keys.stream().noneMatch(key -> key.signed(note.get()))) {
      return new Finding(
          Kind.DELETED,
          name,
          "its payloads are gone, and its tombstone is not signed by the gateway");
    }
    List<String> lines = note.get().text().lines().toList();
    if (lines.size() != 7
        || !lines.get(0).equals("countersign-tombstone/" + journal())
        || !lines.get(1).equals("segment " + segment)
        || !chain
            .shredded(segment)
            .filter((lines.get(2) + "\n" + lines.get(3))::equals)
            .isPresent()) {
      return new Finding(
          Kind.DELETED, name, "its payloads are gone, and its tombstone speaks of something else");
    }
    return new Finding(
        Kind.SHREDDED,
        name,
        "shredded by policy: " + String.join(", ", lines.subList(2, lines.size())));
  }
}
