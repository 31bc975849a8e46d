package dev.countersign.decision.authzen;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object that is read member by member; each must be of its type, and short.
 *
 * @param pointer where it stands in the request
 */
record Members(JsonNode node, String pointer) {

  private static final int LONGEST_TEXT = 64 * 1024;
  private static final int MOST_VALUES = 1_000;

  static Members of(JsonNode node, String pointer) throws MalformedRequestException {
    if (!node.isObject()) {
      throw new MalformedRequestException(pointer, kind(node), "an object");
    }
    return new Members(node, pointer);
  }

  boolean has(String name) {
    return node.has(name);
  }

  /** A member that must be there. */
  Members object(String name) throws MalformedRequestException {
    return of(node.path(name), at(name));
  }

  /** A member that counts as empty if it is absent. */
  Members objectOrEmpty(String name) throws MalformedRequestException {
    return has(name) ? object(name) : new Members(node.path(name), at(name));
  }

  String text(String name) throws MalformedRequestException {
    return text(node.path(name), at(name));
  }

  String textOr(String name, String otherwise) throws MalformedRequestException {
    return has(name) ? text(name) : otherwise;
  }

  Optional<String> optionalText(String name) throws MalformedRequestException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  boolean flag(String name) throws MalformedRequestException {
    JsonNode value = node.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new MalformedRequestException(at(name), kind(value), "true or false");
    }
    return value.asBoolean(false);
  }

  List<String> texts(String name) throws MalformedRequestException {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_VALUES) {
      throw new MalformedRequestException(
          at(name), kind(value), "an array of at most " + MOST_VALUES + " texts");
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      texts.add(text(value.get(i), at(name) + "/" + i));
    }
    return texts;
  }

  /** A word of a closed list, in whatever case, with hyphens or underscores. */
  <E extends Enum<E>> E word(String name, Class<E> words) throws MalformedRequestException {
    return word(text(name), at(name), words);
  }

  static <E extends Enum<E>> E word(String text, String pointer, Class<E> words)
      throws MalformedRequestException {
    String wanted = text.replace('-', '_').toUpperCase(Locale.ROOT);
    for (E word : words.getEnumConstants()) {
      if (word.name().equals(wanted)) {
        return word;
      }
    }
    List<String> allowed = new ArrayList<>();
    for (E word : words.getEnumConstants()) {
      allowed.add(word.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    throw new MalformedRequestException(
        pointer, "another word", "one of " + String.join(", ", allowed));
  }

  /** Refuses every member but these: a misspelt one must not count as absent. */
  void only(Set<String> names) throws MalformedRequestException {
    for (var member = node.fieldNames(); member.hasNext(); ) {
      String name = member.next();
      if (!names.contains(name)) {
        throw new MalformedRequestException(
            pointer,
            "a member of another name",
            String.join(", ", names.stream().sorted().toList()));
      }
    }
  }

  /**
   * Refuses to go on without each of these, of whatever type: an empty array says there is none.
   */
  void all(List<String> names) throws MalformedRequestException {
    for (String name : names) {
      if (!has(name)) {
        throw new MalformedRequestException(
            at(name), "nothing", "an array, empty if there is none");
      }
    }
  }

  String at(String name) {
    return pointer + "/" + name;
  }

  private static String text(JsonNode value, String pointer) throws MalformedRequestException {
    if (!value.isTextual() || value.textValue().length() > LONGEST_TEXT) {
      throw new MalformedRequestException(
          pointer, kind(value), "a text of at most " + LONGEST_TEXT + " characters");
    }
    return value.textValue();
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "nothing";
      case NULL -> "null";
      case OBJECT, POJO -> "an object";
      case ARRAY -> "an array";
      case STRING, BINARY -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
    };
  }
}
