package dev.countersign.audit.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keys of a journal's folder for which a key that is believed has signed. */
final class Endorsements {

  private static final int LONGEST = 4_096;

  private final JournalFolder folder;
  private final String journal;
  private final List<Finding> findings;

  Endorsements(JournalFolder folder, String journal, List<Finding> findings) {
    this.folder = folder;
    this.journal = journal;
    this.findings = findings;
  }

  /** The keys that are believed because of these, and because of those in turn. */
  List<SignerKey> behind(List<SignerKey> believed) throws IOException {
    List<SignerKey> found = new ArrayList<>();
    List<Path> open = new ArrayList<>(folder.endorsements());
    boolean more = true;
    while (more) {
      more = false;
      for (Path file : List.copyOf(open)) {
        List<SignerKey> all = new ArrayList<>(believed);
        all.addAll(found);
        Optional<SignerKey> key = endorsed(file, all);
        if (key.isPresent()) {
          open.remove(file);
          found.add(key.get());
          more = true;
        }
      }
    }
    return found;
  }

  private Optional<SignerKey> endorsed(Path file, List<SignerKey> believed) throws IOException {
    Path pem = file.resolveSibling(file.getFileName().toString().replace(".endorsement", ".pem"));
    if (Files.size(file) > LONGEST || !Files.exists(pem)) {
      return Optional.empty();
    }
    Optional<Note> note = Note.parse(Files.readString(file));
    if (note.isEmpty()) {
      return Optional.empty();
    }
    Optional<SignerKey> by = believed.stream().filter(key -> key.signed(note.get())).findFirst();
    List<String> lines = note.get().text().lines().toList();
    if (by.isEmpty() || lines.size() != 3 || !lines.get(0).equals("countersign-key/" + journal)) {
      return Optional.empty();
    }
    SignerKey key;
    try {
      key = SignerKey.pem(Files.readString(pem));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (!lines.get(1).equals("key " + key.id())) {
      return Optional.empty();
    }
    findings.add(
        new Finding(
            Finding.Kind.ENDORSED,
            String.valueOf(pem.getFileName()),
            "the key %.16s… is believed because %.16s… signed for it, %s"
                .formatted(key.id(), by.get().id(), lines.get(2))));
    return Optional.of(key);
  }
}
