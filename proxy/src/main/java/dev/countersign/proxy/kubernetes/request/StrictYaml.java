package dev.countersign.proxy.kubernetes.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The part of YAML that is plain data: one document without anchors, aliases and tags. What is
 * forwarded is the JSON made of it, so a word that other readers of YAML take for a boolean stays
 * the text it was judged as.
 */
final class StrictYaml {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Iterator<Event> events;
  private final LoadSettings settings;

  private StrictYaml(Iterator<Event> events, LoadSettings settings) {
    this.events = events;
    this.settings = settings;
  }

  static JsonNode read(String text) throws UnclearRequestException {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(text.length() + 1)
            .build();
    try {
      return new StrictYaml(new Parse(settings).parseString(text).iterator(), settings).document();
    } catch (YamlEngineException | NumberFormatException e) {
      throw UnclearRequestException.malformed("the body is not YAML");
    }
  }

  private JsonNode document() throws UnclearRequestException {
    JsonNode found = null;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent) {
        if (found != null) {
          throw UnclearRequestException.malformed("more than one document");
        }
        found = node(events.next(), 0);
      }
    }
    if (found == null) {
      throw UnclearRequestException.malformed("the body is empty");
    }
    return found;
  }

  private JsonNode node(Event event, int depth) throws UnclearRequestException {
    if (depth > BodyReader.DEEPEST) {
      throw UnclearRequestException.malformed("the body is nested too deep");
    }
    if (event instanceof AliasEvent
        || (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent())) {
      throw UnclearRequestException.malformed("anchors and aliases are not taken");
    }
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar);
      case SequenceStartEvent sequence -> {
        noTag(sequence.getTag());
        var array = NODES.arrayNode();
        for (Event next = events.next();
            next.getEventId() != Event.ID.SequenceEnd;
            next = events.next()) {
          array.add(node(next, depth + 1));
        }
        yield array;
      }
      case MappingStartEvent mapping -> {
        noTag(mapping.getTag());
        yield mapping(depth);
      }
      default -> throw UnclearRequestException.malformed("the body is not YAML");
    };
  }

  private JsonNode mapping(int depth) throws UnclearRequestException {
    ObjectNode object = NODES.objectNode();
    for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
      if (!(key instanceof ScalarEvent scalar) || scalar.getAnchor().isPresent()) {
        throw UnclearRequestException.malformed("a key that is no text");
      }
      noTag(scalar.getTag());
      if (scalar.getValue().equals("<<") || object.has(scalar.getValue())) {
        throw UnclearRequestException.malformed("a key is there twice, or merges another");
      }
      object.set(scalar.getValue(), node(events.next(), depth + 1));
    }
    return object;
  }

  private JsonNode scalar(ScalarEvent scalar) throws UnclearRequestException {
    noTag(scalar.getTag());
    String value = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return NODES.textNode(value);
    }
    Tag tag = resolver().resolve(value, true);
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(value.equalsIgnoreCase("true"));
    }
    boolean isPlainNumber =
        value.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
    if (!isPlainNumber || !List.of(Tag.INT, Tag.FLOAT).contains(tag)) {
      return NODES.textNode(value);
    }
    if (value.length() > 1 && value.startsWith("0") && !value.startsWith("0.")) {
      throw UnclearRequestException.malformed("a number that begins with 0: quote it");
    }
    BigDecimal number = new BigDecimal(value);
    return tag.equals(Tag.INT)
        ? NODES.numberNode(number.toBigIntegerExact())
        : NODES.numberNode(number);
  }

  private ScalarResolver resolver() {
    return settings.getSchema().getScalarResolver();
  }

  private static void noTag(Optional<String> tag) throws UnclearRequestException {
    if (tag.isPresent()) {
      throw UnclearRequestException.malformed("tags are not taken");
    }
  }
}
