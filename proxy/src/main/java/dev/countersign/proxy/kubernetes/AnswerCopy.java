package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Copies an answer to the client, masked, holding one item of it at a time. */
final class AnswerCopy {

  /** Of a list and of a table. */
  private static final Set<String> PARTS = Set.of("items", "rows");

  /** Characters; what is longer is hidden whole. */
  private static final int LONGEST_LINE = 64 << 10;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(16 << 20)
                          .build())
                  .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                  .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                  .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
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
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("the API server answers with something that is no object");
      }
      generator.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser.currentName(), parser, generator);
      }
      generator.writeEndObject();
    }
  }

  private void field(String name, JsonParser parser, JsonGenerator generator) throws IOException {
    JsonToken value = parser.nextToken();
    generator.writeFieldName(name);
    if (value == JsonToken.START_ARRAY && PARTS.contains(name)) {
      generator.writeStartArray();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JSON.writeTree(generator, mask.masked(JSON.readTree(parser), isSecret));
      }
      generator.writeEndArray();
      return;
    }
    // One field of an object that is masked as a whole: as if it were all there is of it.
    JsonNode alone = JSON.createObjectNode().set(name, JSON.readTree(parser));
    JSON.writeTree(generator, mask.masked(alone, isSecret).path(name));
  }

  /** The events of a watch, a line each, sent on at once. */
  void events(InputStream in, OutputStream out) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      while (parser.nextToken() != null) {
        JsonNode event = JSON.readTree(parser);
        out.write(JSON.writeValueAsBytes(mask.masked(event, isSecret)));
        out.write('\n');
        out.flush();
      }
    }
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
