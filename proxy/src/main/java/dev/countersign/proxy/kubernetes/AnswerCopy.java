package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Copies an answer to the client, masked as it passes. */
final class AnswerCopy {

  /** Characters; what is longer is hidden whole. */
  private static final int LONGEST_LINE = 64 << 10;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Virtual threads come and go: buffers that a thread keeps are made for nothing.
                  .recyclerPool(JsonRecyclerPools.newBoundedPool(32))
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(16 << 20)
                          .build())
                  .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                  .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                  .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                  // What breaks off is not made to look whole.
                  .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                  .build())
          .build();

  private final ObjectMask mask;
  private final boolean isSecret;

  /**
   * @param isSecret whether all of it is about Secrets
   */
  AnswerCopy(ObjectMask mask, boolean isSecret) {
    this.mask = mask;
    this.isSecret = isSecret;
  }

  /** A single object, a list or a table. */
  void document(InputStream in, OutputStream out) throws IOException {
    try (JsonParser parser = JSON.createParser(in);
        JsonGenerator generator = JSON.createGenerator(out)) {
      if (parser.nextToken() == null) {
        return;
      }
      object(parser, generator);
      if (parser.nextToken() != null) {
        throw new IOException("the API server answers with more than an object");
      }
    }
  }

  /** The events of a watch, a line each, sent on at once. */
  void events(InputStream in, OutputStream out) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      while (parser.nextToken() != null) {
        try (JsonGenerator generator = JSON.createGenerator(out)) {
          object(parser, generator);
        }
        out.write('\n');
        out.flush();
      }
    }
  }

  private void object(JsonParser parser, JsonGenerator generator) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("the API server answers with something that is no object");
    }
    mask.copy(parser, generator, isSecret);
  }

  /** The lines of a log, sent on at once. */
  void lines(InputStream in, OutputStream out) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 8 << 10)) {
      StringBuilder line = new StringBuilder();
      for (int next = reader.read(); next >= 0; next = reader.read()) {
        if (next != '\n') {
          if (line.length() <= LONGEST_LINE) {
            line.append((char) next);
          }
          continue;
        }
        line(line, out);
        out.write('\n');
        if (!reader.ready()) {
          out.flush();
        }
        line.setLength(0);
      }
      line(line, out);
      out.flush();
    }
  }

  private void line(StringBuilder line, OutputStream out) throws IOException {
    String text = line.toString();
    String shown = text.length() > LONGEST_LINE ? SecretText.MASKED : mask.text().line(text);
    if (!shown.equals(text)) {
      mask.hidden().add("log");
    }
    out.write(shown.getBytes(StandardCharsets.UTF_8));
  }
}
