package dev.countersign.audit.verify;

import dev.countersign.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checkpoints that were kept elsewhere, in files or in folders of files. */
final class AnchorFiles {

  private final List<Path> places;
  private final List<Finding> findings;

  AnchorFiles(List<Path> places, List<Finding> findings) {
    this.places = places;
    this.findings = findings;
  }

  List<CheckpointNote> read() throws IOException {
    List<CheckpointNote> notes = new ArrayList<>();
    for (Path place : places) {
      for (Path file : files(place)) {
        CheckpointFiles.Read read =
            CheckpointFiles.read(Files.readAllBytes(file), "anchor " + file.getFileName());
        notes.addAll(read.notes());
        read.fault()
            .ifPresent(
                fault -> findings.add(new Finding(Kind.EDITED, "anchor " + file, fault.what())));
      }
    }
    return notes;
  }

  private static List<Path> files(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.toString().endsWith(".checkpoints")).sorted().toList();
    }
  }
}
