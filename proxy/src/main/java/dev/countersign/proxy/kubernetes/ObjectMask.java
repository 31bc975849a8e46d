package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.countersign.rules.verdict.Detector;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hides values in objects as they pass: everything in a Secret, whatever has the name of a secret,
 * and what detectors find in any text. Not for more than one answer: it remembers what it has
 * hidden.
 */
final class ObjectMask {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          // Of two fields of one name it is not sure which one a reader takes.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Text for who decodes it, too. */
  private static final String MASKED_BASE64 =
      Base64.getEncoder().encodeToString(SecretText.MASKED.getBytes(StandardCharsets.US_ASCII));

  private static final String MASKED = SecretText.MASKED;

  /** How it begins, in base64. */
  private static final String GZIP = "H4sI";

  private final SecretText text;
  private final Remembered<String> texts;
  private final Remembered<FieldName> names = new Remembered<>(FieldName::of);
  private final Set<String> hidden = new TreeSet<>();

  private TableColumns columns = TableColumns.UNKNOWN;
  private StringBuilder path = new StringBuilder();
  private long hides;

  ObjectMask(Set<Detector> detectors) {
    text = new SecretText(detectors);
    texts = new Remembered<>(text::masked);
  }

  static ObjectMask ofSecrets() {
    return new ObjectMask(Set.of());
  }

  /** Whether that is what is shown instead of a value. */
  static boolean isMask(String text) {
    return text.equals(MASKED) || text.equals(MASKED_BASE64);
  }

  /** The fields that were hidden so far. */
  Set<String> hidden() {
    return hidden;
  }

  SecretText text() {
    return text;
  }

  /**
   * The object with its values hidden.
   *
   * @param isSecret whether it is a Secret, or a part or a patch of one, whatever it says
   */
  JsonNode masked(JsonNode tree, boolean isSecret) {
    try (JsonParser in = JSON.treeAsTokens(tree);
        TokenBuffer out = new TokenBuffer(JSON, false)) {
      in.nextToken();
      copy(in, out, isSecret);
      try (JsonParser masked = out.asParser()) {
        return JSON.readTree(masked);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a tree can be read and written", e);
    }
  }

  /**
   * Copies one value, from the token that the parser stands at to the last that belongs to it.
   *
   * @param isSecret whether it is a Secret, or a part or a patch of one, whatever it says
   */
  void copy(JsonParser in, JsonGenerator out, boolean isSecret) throws IOException {
    switch (in.currentToken()) {
      case START_OBJECT -> new Fields(in, out, isSecret).copy();
      case START_ARRAY -> {
        out.writeStartArray();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          copy(in, out, isSecret);
        }
        out.writeEndArray();
      }
      case VALUE_STRING -> leaf(in.getText(), out);
      case null -> throw new IOException("a value is missing");
      default -> out.copyCurrentEventExact(in);
    }
  }

  private void leaf(String value, JsonGenerator out) throws IOException {
    String shown = value.length() < SecretText.SHORTEST ? value : texts.of(value);
    if (!shown.equals(value)) {
      hide();
    }
    out.writeString(shown);
  }

  private void hide() {
    hides++;
    hidden.add(path.toString());
  }

  private int down(FieldName field) {
    int length = path.length();
    if (length > 0) {
      path.append('.');
    }
    path.append(field.text());
    return length;
  }

  /**
   * One object, field by field. A field that is to be treated as a later one says waits for it, and
   * comes last if that one never does.
   */
  private final class Fields {

    private final JsonParser in;
    private final JsonGenerator out;
    private boolean isSecret;
    private boolean isKindKnown;
    private boolean isTable;
    private boolean hasOperation;
    private boolean hasPath;
    private @Nullable String name;
    private @Nullable Map<FieldName, TokenBuffer> waiting;

    Fields(JsonParser in, JsonGenerator out, boolean isSecret) {
      this.in = in;
      this.out = out;
      this.isSecret = isSecret;
    }

    void copy() throws IOException {
      out.writeStartObject();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        FieldName field = names.of(in.currentName());
        in.nextToken();
        learn(field);
        if (waits(field)) {
          TokenBuffer buffer = new TokenBuffer(in);
          buffer.copyCurrentStructure(in);
          if (waiting == null) {
            waiting = new LinkedHashMap<>();
          }
          waiting.put(field, buffer);
        } else {
          field(field, in);
        }
      }
      if (waiting != null) {
        for (Map.Entry<FieldName, TokenBuffer> field : waiting.entrySet()) {
          try (JsonParser buffered = field.getValue().asParser()) {
            buffered.nextToken();
            field(field.getKey(), buffered);
          }
        }
      }
      out.writeEndObject();
    }

    private void learn(FieldName field) throws IOException {
      switch (field.role()) {
        case KIND -> {
          if (isKindKnown) {
            throw new IOException("an object of two kinds");
          }
          isKindKnown = true;
          isSecret |= in.getText().equals("Secret");
          isTable = in.getText().equals("Table");
        }
        case NAME -> name = in.getText();
        case OPERATION -> hasOperation = true;
        case PATH -> hasPath = true;
        case VALUE,
            METADATA,
            MANAGED_FIELDS,
            DATA,
            STRING_DATA,
            BINARY_DATA,
            LAST_APPLIED,
            ANNOTATIONS,
            COLUMNS,
            ROWS,
            CELLS,
            ANY_OTHER -> {}
      }
    }

    private boolean waits(FieldName field) {
      return switch (field.role()) {
        case VALUE -> isSecret || name == null;
        case DATA, STRING_DATA -> !isSecret && !isKindKnown;
        case ROWS -> columns.isUnknown() && (isTable || !isKindKnown);
        case KIND,
            NAME,
            OPERATION,
            PATH,
            METADATA,
            MANAGED_FIELDS,
            BINARY_DATA,
            LAST_APPLIED,
            ANNOTATIONS,
            COLUMNS,
            CELLS,
            ANY_OTHER ->
            false;
      };
    }

    private void field(FieldName field, JsonParser from) throws IOException {
      if (isSecret
          && field.role() == FieldName.Role.METADATA
          && from.currentToken() == JsonToken.START_OBJECT) {
        metadata(field, from);
        return;
      }
      out.writeFieldName(field.written());
      int before = down(field);
      value(field, from);
      path.setLength(before);
    }

    private void value(FieldName field, JsonParser from) throws IOException {
      if (isSecret && field.holdsSecrets()) {
        all(from, out, field.role() == FieldName.Role.DATA ? MASKED_BASE64 : MASKED);
      } else if (isSecret && hasOperation && hasPath && field.role() == FieldName.Role.VALUE) {
        all(from, out, MASKED_BASE64);
      } else if (field.role() == FieldName.Role.LAST_APPLIED) {
        lastApplied(from, out, isSecret);
      } else if (field.role() == FieldName.Role.BINARY_DATA) {
        binary(from, out);
      } else if (field.role() == FieldName.Role.COLUMNS) {
        columns(from, out, isSecret);
      } else if (field.role() == FieldName.Role.CELLS
          && from.currentToken() == JsonToken.START_ARRAY) {
        cells(from, out, isSecret);
      } else if (field.role() == FieldName.Role.ANNOTATIONS
          && from.currentToken() == JsonToken.START_OBJECT) {
        annotations(from);
      } else if (isSecretText(field, from)) {
        hide();
        out.writeString(MASKED);
      } else {
        ObjectMask.this.copy(from, out, isSecret);
      }
    }

    /** Among them what other tools than kubectl keep of what they have applied. */
    private void annotations(JsonParser from) throws IOException {
      out.writeStartObject();
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        FieldName field = names.of(from.currentName());
        boolean isText = from.nextToken() == JsonToken.VALUE_STRING;
        out.writeFieldName(field.written());
        int before = down(field);
        boolean isKubectls = field.role() == FieldName.Role.LAST_APPLIED;
        if (isText && !isKubectls && isObject(from.getText())) {
          lastApplied(from, out, isSecret);
        } else if (isText && isSecret && from.getText().startsWith(GZIP)) {
          whole(from, out, MASKED);
        } else {
          value(field, from);
        }
        path.setLength(before);
      }
      out.writeEndObject();
    }

    /** Also an environment variable, or any pair like it, whose name says what its value is. */
    private boolean isSecretText(FieldName field, JsonParser from) throws IOException {
      if (from.currentToken() != JsonToken.VALUE_STRING) {
        return false;
      }
      boolean isNamed =
          field.isSecret()
              || (field.role() == FieldName.Role.VALUE
                  && name != null
                  && names.of(name).isSecret());
      return isNamed && !from.getText().isEmpty();
    }

    /** Of a Secret: its keys stand in {@code managedFields} once more. */
    private void metadata(FieldName metadata, JsonParser from) throws IOException {
      out.writeFieldName(metadata.written());
      int before = down(metadata);
      out.writeStartObject();
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        FieldName field = names.of(from.currentName());
        from.nextToken();
        if (field.role() == FieldName.Role.MANAGED_FIELDS) {
          from.skipChildren();
          continue;
        }
        out.writeFieldName(field.written());
        int outer = down(field);
        value(field, from);
        path.setLength(outer);
      }
      out.writeEndObject();
      path.setLength(before);
    }
  }

  /** Later parts of a watch leave out what the columns are. */
  private void columns(JsonParser in, JsonGenerator out, boolean isSecret) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      copy(in, out, isSecret);
      return;
    }
    try (TokenBuffer buffer = new TokenBuffer(in)) {
      buffer.copyCurrentStructure(in);
      try (JsonParser read = buffer.asParser()) {
        columns = columns.and(TableColumns.of(JSON.readTree(read)));
      }
      try (JsonParser copied = buffer.asParser()) {
        copied.nextToken();
        copy(copied, out, isSecret);
      }
    }
  }

  private void cells(JsonParser in, JsonGenerator out, boolean isSecret) throws IOException {
    out.writeStartArray();
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      if (columns.isSecret(i)) {
        whole(in, out, MASKED);
      } else {
        copy(in, out, isSecret);
      }
    }
    out.writeEndArray();
  }

  private void all(JsonParser in, JsonGenerator out, String instead) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      whole(in, out, instead);
      return;
    }
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      FieldName field = names.of(in.currentName());
      out.writeFieldName(field.written());
      in.nextToken();
      int before = down(field);
      whole(in, out, instead);
      path.setLength(before);
    }
    out.writeEndObject();
  }

  private void whole(JsonParser in, JsonGenerator out, String instead) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      out.writeNull();
      return;
    }
    in.skipChildren();
    hide();
    out.writeString(instead);
  }

  private void binary(JsonParser in, JsonGenerator out) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      whole(in, out, MASKED_BASE64);
      return;
    }
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      FieldName field = names.of(in.currentName());
      out.writeFieldName(field.written());
      boolean isText = in.nextToken() == JsonToken.VALUE_STRING;
      int before = down(field);
      if (!isText || field.isSecret() || isHidden(in.getText())) {
        whole(in, out, MASKED_BASE64);
      } else {
        out.writeString(in.getText());
      }
      path.setLength(before);
    }
    out.writeEndObject();
  }

  private boolean isHidden(String base64) {
    try {
      return text.isHidden(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static boolean isObject(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return false;
    }
    try {
      return JSON.readTree(text).isObject();
    } catch (IOException e) {
      return false;
    }
  }

  /** The object once more, as text. */
  private void lastApplied(JsonParser in, JsonGenerator out, boolean isSecret) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      whole(in, out, MASKED);
      return;
    }
    String applied = in.getText();
    long before = hides;
    StringBuilder outer = path;
    StringWriter shown = new StringWriter();
    boolean isRead;
    path = new StringBuilder();
    try (JsonParser nested = JSON.createParser(applied);
        JsonGenerator written = JSON.createGenerator(shown)) {
      nested.nextToken();
      copy(nested, written, isSecret);
      isRead = nested.nextToken() == null;
    } catch (IOException e) {
      isRead = false;
    }
    path = outer;
    if (!isRead || hides != before) {
      hide();
    }
    out.writeString(!isRead ? MASKED : hides == before ? applied : shown.toString());
  }
}
