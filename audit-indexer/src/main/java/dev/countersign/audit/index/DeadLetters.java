package dev.countersign.audit.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Documents that the cluster refused for good, one line of JSON each; durable before we go on. */
final class DeadLetters {

  private static final JsonMapper JSON =
      new JsonMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

  private final Path file;

  DeadLetters(Path file) {
    this.file = file;
  }

  void add(List<BulkSend.Rejected> rejected) throws IOException {
    if (rejected.isEmpty()) {
      return;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (BulkSend.Rejected each : rejected) {
      ObjectNode line = JSON.createObjectNode();
      line.put("id", each.document().id())
          .put("index", each.document().index())
          .put("status", each.status())
          .put("reason", each.reason())
          .set("document", JSON.readTree(each.document().json()));
      lines.write(JSON.writeValueAsBytes(line));
      lines.write('\n');
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }
}
