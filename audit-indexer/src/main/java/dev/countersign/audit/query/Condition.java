package dev.countersign.audit.query;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What is looked for. */
public sealed interface Condition {

  /** Everything. */
  static Condition everything() {
    return new AllOf(List.of());
  }

  /** All of these hold; everything if there are none. */
  record AllOf(List<Condition> parts) implements Condition {
    public AllOf {
      parts = List.copyOf(parts);
    }
  }

  /** One of these holds. */
  record AnyOf(List<Condition> parts) implements Condition {
    public AnyOf {
      parts = List.copyOf(parts);
    }
  }

  record Not(Condition part) implements Condition {
    public Not {
      requireNonNull(part, "part");
    }
  }

  /** A keyword equals this, in whatever case; {@code *} stands for any characters. */
  record Is(Field field, String value) implements Condition {
    public Is {
      requireNonNull(value, "value");
      requireKind(field, Field.Kind.KEYWORD);
    }

    /** Whether the value is a pattern. */
    public boolean isPattern() {
      return value.indexOf('*') >= 0;
    }
  }

  /** A number compares so. */
  record Compared(Field field, Comparison comparison, long value) implements Condition {
    public Compared {
      requireNonNull(comparison, "comparison");
      requireKind(field, Field.Kind.NUMBER);
    }
  }

  /** How numbers compare. */
  enum Comparison {
    EQUAL,
    MORE,
    AT_LEAST,
    LESS,
    AT_MOST
  }

  /**
   * Words stand one after the other.
   *
   * @param words as {@link Words#of} cuts them; at least one
   */
  record Phrase(Field field, List<String> words) implements Condition {
    public Phrase {
      words = List.copyOf(words);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("a phrase has a word");
      }
      requireKind(field, Field.Kind.WORDS);
    }
  }

  /** Both. */
  default Condition and(Condition other) {
    return this.equals(everything()) ? other : new AllOf(List.of(this, other));
  }

  private static void requireKind(Field field, Field.Kind kind) {
    if (field.kind() != kind) {
      throw new IllegalArgumentException(field.word() + " is no " + kind);
    }
  }
}
