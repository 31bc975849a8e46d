package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The header fields of a message in their order. Names are compared without regard to case. */
public record HttpFields(List<Field> all) {

  public static final HttpFields NONE = new HttpFields(List.of());

  /** One line. */
  public record Field(String name, String value) {
    public Field {
      requireNonNull(name, "name");
      requireNonNull(value, "value");
    }

    /** Without the value: it may be a credential. */
    @Override
    public String toString() {
      return name;
    }
  }

  public HttpFields {
    all = List.copyOf(all);
  }

  /**
   * Fields written as a list.
   *
   * @param namesAndValues in turn
   */
  public static HttpFields of(String... namesAndValues) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new HttpFields(fields);
  }

  /** The value of the first field of that name. */
  public Optional<String> first(String name) {
    for (Field field : all) {
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of that name. */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>(2);
    for (Field field : all) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return List.copyOf(values);
  }

  /** The elements of a comma-separated list that may be spread over several fields. */
  public List<String> elements(String name) {
    List<String> elements = new ArrayList<>();
    for (String value : values(name)) {
      for (String element : value.split(",", -1)) {
        if (!element.isBlank()) {
          elements.add(element.strip());
        }
      }
    }
    return List.copyOf(elements);
  }

  /** Whether such a list has the element, without regard to case. */
  public boolean lists(String name, String element) {
    for (Field field : all) {
      if (field.name().equalsIgnoreCase(name) && isIn(field.value(), element)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(String list, String element) {
    String wanted = element.toLowerCase(Locale.ROOT);
    for (String each : list.split(",", -1)) {
      if (each.strip().toLowerCase(Locale.ROOT).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** The same fields and one more. */
  public HttpFields with(String name, String value) {
    List<Field> fields = new ArrayList<>(all);
    fields.add(new Field(name, value));
    return new HttpFields(fields);
  }

  /** The same fields, none of them of that name. */
  public HttpFields without(String name) {
    return new HttpFields(
        all.stream().filter(field -> !field.name().equalsIgnoreCase(name)).toList());
  }
}
