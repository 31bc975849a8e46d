package dev.countersign.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Events as JSON: {@code {"v":1,"type":"command.decided","event":{…}}}, and with its place in the
 * journal {@code {"v":1,"seq":7,"sessionSeq":2,"time":"…","type":…,"event":{…}}}.
 *
 * <p>The output is ASCII: every other character is escaped, so that text from a client can neither
 * forge a line nor move a cursor, and even half a surrogate pair is kept as it came.
 */
public final class EventJson {

  /** The version of the envelope that is written; the only one that is read. */
  public static final int VERSION = 1;

  /** The longest event in bytes of JSON. A longer one is refused when written and when read. */
  public static final int MAX_BYTES = 64 << 20;

  private static final RecyclerPool<BufferRecycler> POOL = JsonRecyclerPools.newBoundedPool(64);

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Virtual threads come and go: buffers that a thread keeps are made for nothing.
          .recyclerPool(POOL)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(MAX_BYTES)
                  .build())
          .build();

  private EventJson() {}

  public static byte[] write(Event event) {
    try (ByteArrayBuilder out = new ByteArrayBuilder(1_024);
        JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      writeEvent(event, json);
      json.writeEndObject();
      json.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("no memory refuses a write", e);
    }
  }

  /** One line of JSON, for export. */
  public static String write(RecordedEvent recorded) {
    try (ByteArrayBuilder out = new ByteArrayBuilder(1_024);
        JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeNumberField("seq", recorded.sequence());
      json.writeNumberField("sessionSeq", recorded.sessionSequence());
      json.writeStringField("time", recorded.time().toString());
      writeEvent(recorded.event(), json);
      json.writeEndObject();
      json.flush();
      return new String(out.toByteArray(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("no memory refuses a write", e);
    }
  }

  /**
   * Reads what {@link #write(Event)} wrote.
   *
   * @throws UnreadableEventException if it is anything else, or of a newer version
   */
  public static Event read(byte[] json) {
    return EventReader.read(json);
  }

  /**
   * Reads what {@link #write(RecordedEvent)} wrote.
   *
   * @throws UnreadableEventException if it is anything else, or of a newer version
   */
  public static RecordedEvent readRecorded(String json) {
    return EventReader.readRecorded(json);
  }

  private static void writeEvent(Event event, JsonGenerator json) throws IOException {
    json.writeStringField("type", EventType.of(event).stableName());
    json.writeObjectFieldStart("event");
    EventWriter.write(event, json);
    json.writeEndObject();
  }
}
