package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * How far a journal is indexed: a small file that is replaced as a whole. It may be behind; then
 * some events are sent again and found to be there.
 *
 * @param sequence everything up to it is indexed
 * @param sessionsFrom where the oldest session that was open then begins
 */
record IndexCursor(UUID journal, long sequence, long sessionsFrom) {

  private static final JsonMapper JSON = new JsonMapper();

  /** The start, if there is no such file or it is about another journal. */
  static IndexCursor read(Path file, UUID journal) throws IOException {
    IndexCursor start = new IndexCursor(journal, 0, 1);
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      boolean same = journal.toString().equals(json.path("journal").asText());
      return same
          ? new IndexCursor(
              journal, json.path("sequence").asLong(), json.path("sessionsFrom").asLong(1))
          : start;
    } catch (NoSuchFileException | com.fasterxml.jackson.core.JsonProcessingException e) {
      return start;
    }
  }

  void write(Path file) throws IOException {
    byte[] json =
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("journal", journal.toString())
                .put("sequence", sequence)
                .put("sessionsFrom", sessionsFrom));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap(json));
      out.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
