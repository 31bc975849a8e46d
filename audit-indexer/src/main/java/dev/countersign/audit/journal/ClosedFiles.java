package dev.countersign.audit.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A segment to which nothing is added any more, as files.
 *
 * @param files the public keys that are there, its checkpoints if it has any, and itself as the
 *     last
 */
public record ClosedFiles(UUID journal, long number, List<Path> files) {

  public ClosedFiles {
    files = List.copyOf(files);
  }

  /**
   * Those behind a segment, ascending. Checkpoints are made in a segment until the next one has
   * some, so a segment counts as closed only then.
   */
  public static List<ClosedFiles> after(Path directory, long segment) throws IOException {
    List<Long> numbers = SegmentFiles.numbers(directory);
    List<Path> keys = keys(directory);
    List<ClosedFiles> closed = new ArrayList<>();
    for (int i = 0; i + 1 < numbers.size(); i++) {
      long number = numbers.get(i);
      Path checkpoints = CheckpointFile.path(directory, number);
      Optional<SegmentHeader> header = SegmentFiles.soundHeader(directory, number);
      if (number <= segment || header.isEmpty()) {
        continue;
      }
      if (!header.get().signer().equals(SegmentHeader.Hash.NONE)
          && !hasCheckpointsBehind(directory, numbers.subList(i + 1, numbers.size()))) {
        break;
      }
      List<Path> files = new ArrayList<>(keys);
      if (Files.exists(checkpoints)) {
        files.add(checkpoints);
      }
      files.add(SegmentFiles.path(directory, number));
      closed.add(new ClosedFiles(header.get().journal(), number, files));
    }
    return closed;
  }

  private static boolean hasCheckpointsBehind(Path directory, List<Long> later) {
    return later.stream().anyMatch(next -> Files.exists(CheckpointFile.path(directory, next)));
  }

  private static List<Path> keys(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(
              file ->
                  file.getFileName()
                      .toString()
                      .matches("checkpoint-key-[0-9a-f]+\\.(pem|endorsement)"))
          .sorted()
          .toList();
    }
  }
}
