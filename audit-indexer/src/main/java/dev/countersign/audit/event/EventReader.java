package dev.countersign.audit.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Stored JSON back to events. Strict: a missing, unknown or empty field is a damaged event. */
final class EventReader {

  private static final ObjectReader READER =
      JsonMapper.builder(EventJson.FACTORY)
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .addMixIn(CommandFacts.class, FactsJson.class)
          .enable(
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  /** For a value that something follows. */
  private static final ObjectReader WITHIN =
      READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private EventReader() {}

  static Event read(byte[] json) {
    try (JsonParser parser = READER.createParser(json)) {
      Optional<Event> event = asWrittenNow(parser);
      return event.isPresent() ? event.get() : event(READER.readTree(json));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads it without a tree of it, in two thirds of the time; empty if it has not all that is
   * written now, in that order.
   */
  private static Optional<Event> asWrittenNow(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT
        || !"v".equals(parser.nextFieldName())
        || parser.nextIntValue(-1) != EventJson.VERSION
        || !"type".equals(parser.nextFieldName())) {
      return Optional.empty();
    }
    Optional<EventType> type =
        Optional.ofNullable(parser.nextTextValue()).flatMap(EventType::named);
    if (type.isEmpty() || !"event".equals(parser.nextFieldName())) {
      return Optional.empty();
    }
    parser.nextToken();
    try {
      Event event = WITHIN.forType(type.get().recordClass()).readValue(parser);
      return parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null
          ? Optional.ofNullable(event)
          : Optional.empty();
    } catch (MismatchedInputException e) {
      return Optional.empty();
    }
  }

  static RecordedEvent readRecorded(String json) {
    try {
      JsonNode envelope = READER.readTree(json);
      return new RecordedEvent(
          envelope.path("seq").asLong(),
          envelope.path("sessionSeq").asLong(),
          Instant.parse(envelope.path("time").asText()),
          event(envelope));
    } catch (IOException | DateTimeException e) {
      throw unreadable(e);
    }
  }

  private static Event event(JsonNode envelope) throws IOException {
    int version = envelope.path("v").asInt();
    if (version != EventJson.VERSION) {
      throw new UnreadableEventException("unknown envelope version " + version);
    }
    EventType type =
        EventType.named(envelope.path("type").asText())
            .orElseThrow(() -> new UnreadableEventException("unknown event type"));
    JsonNode json = envelope.path("event");
    if (type == EventType.COMMAND_DECIDED) {
      EarlierEvents.completeFacts(json.path("facts"));
    } else if (type == EventType.COMMAND_COMPLETED) {
      EarlierEvents.completeEnd(json);
    }
    Event event = READER.treeToValue(json, type.recordClass());
    if (event == null) {
      throw new UnreadableEventException("no event");
    }
    return event;
  }

  /** Jackson's own messages quote the source, and the source is confidential. */
  private static UnreadableEventException unreadable(Exception e) {
    String where =
        e instanceof JsonProcessingException json && json.getLocation() != null
            ? " near byte " + json.getLocation().getByteOffset()
            : "";
    return new UnreadableEventException("not an event: " + e.getClass().getSimpleName() + where);
  }
}
