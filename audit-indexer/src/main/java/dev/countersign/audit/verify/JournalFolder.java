package dev.countersign.audit.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a journal by their names. */
record JournalFolder(Path directory) {

  private static final Pattern SEGMENT = Pattern.compile("segment-([0-9]{12})\\.(\\w+)");

  /** Whole or shredded segments by their number; a whole one comes before a shredded one. */
  SortedMap<Long, Path> segments() throws IOException {
    SortedMap<Long, Path> segments = new TreeMap<>(named("shredded"));
    segments.putAll(named("journal"));
    return segments;
  }

  SortedMap<Long, Path> checkpoints() throws IOException {
    return named("checkpoints");
  }

  Path tombstone(long segment) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%012d.tombstone", segment));
  }

  List<Path> keys() throws IOException {
    return ofKeys("pem");
  }

  /** What old keys signed for new ones. */
  List<Path> endorsements() throws IOException {
    return ofKeys("endorsement");
  }

  private List<Path> ofKeys(String extension) throws IOException {
    Pattern name = Pattern.compile("checkpoint-key-[0-9a-f]+\\." + extension);
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  private SortedMap<Long, Path> named(String extension) throws IOException {
    SortedMap<Long, Path> found = new TreeMap<>();
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(all::add);
    }
    for (Path file : all) {
      Matcher name = SEGMENT.matcher(file.getFileName().toString());
      if (name.matches() && name.group(2).equals(extension)) {
        found.put(Long.valueOf(name.group(1)), file);
      }
    }
    return found;
  }
}
