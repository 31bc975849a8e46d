package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Glob;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What one cell of a row lets match: names by patterns, words of a list, or a condition. */
sealed interface Side {

  /** The title of the cell's column. */
  String column();

  boolean holds(String value);

  /** A value that both sides hold, if there is one. */
  Optional<String> meet(Side other);

  /** Values that stand for all values of this side, as far as the others can tell them apart. */
  List<String> typical(Collection<Side> others);

  /**
   * A cell with patterns.
   *
   * @param patterns one suffices; {@code none} stands for the empty name
   * @param foldsCase whether names match in whatever case
   */
  record Names(String column, Set<String> patterns, String none, boolean foldsCase)
      implements Side {

    public Names {
      patterns =
          patterns.stream()
              .map(pattern -> foldsCase ? pattern.toLowerCase(Locale.ROOT) : pattern)
              .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean holds(String value) {
      String name = foldsCase ? value.toLowerCase(Locale.ROOT) : value;
      return patterns.stream()
          .anyMatch(
              pattern -> pattern.equals(none) ? name.isEmpty() : new Glob(pattern).matches(name));
    }

    @Override
    public Optional<String> meet(Side other) {
      if (!(other instanceof Names names)) {
        return Optional.empty();
      }
      return patterns.stream()
          .sorted()
          .flatMap(
              mine ->
                  names.patterns.stream().sorted().flatMap(its -> meet(mine, its, names).stream()))
          .findFirst();
    }

    /** Where one of both folds the case, the other says in which case the name is written. */
    private Optional<String> meet(String mine, String its, Names other) {
      String one = mine.equals(none) ? "" : mine;
      String two = its.equals(none) ? "" : its;
      if (foldsCase == other.foldsCase) {
        return Globs.meet(one, two);
      }
      String exact = foldsCase ? two : one;
      String folded = foldsCase ? one : two;
      return Globs.meetFolding(exact, folded).filter(name -> holds(name) && other.holds(name));
    }

    @Override
    public List<String> typical(Collection<Side> others) {
      return patterns.stream()
          .sorted()
          .map(pattern -> pattern.equals(none) ? "" : Globs.typical(pattern))
          .toList();
    }
  }

  /**
   * A cell with words.
   *
   * @param words one suffices; none stands for any
   * @param vocabulary every word there can be
   */
  record Words(String column, Set<String> words, List<String> vocabulary) implements Side {

    public Words {
      words = Set.copyOf(words);
      vocabulary = List.copyOf(vocabulary);
    }

    @Override
    public boolean holds(String value) {
      return words.isEmpty() || words.contains(value);
    }

    @Override
    public Optional<String> meet(Side other) {
      return vocabulary.stream().filter(word -> holds(word) && other.holds(word)).findFirst();
    }

    /** Words that no cell mentions are all alike: one of them stands for the rest. */
    @Override
    public List<String> typical(Collection<Side> others) {
      Set<String> told = new LinkedHashSet<>();
      for (Side other : others) {
        if (other instanceof Words that) {
          told.addAll(that.words);
        }
      }
      Optional<String> rest = vocabulary.stream().filter(word -> !told.contains(word)).findFirst();
      return vocabulary.stream()
          .filter(this::holds)
          .filter(
              word ->
                  told.contains(word) || !words.isEmpty() || rest.filter(word::equals).isPresent())
          .toList();
    }
  }

  /**
   * A cell with a condition. What is asked holds any number of them, {@linkplain #join joined}.
   *
   * @param asked the condition; empty where none is asked for
   * @param exclusive of these at most one holds at a time
   */
  record Conditions(String column, String asked, Set<String> exclusive) implements Side {

    private static final String COMMA = ", ";

    public Conditions {
      exclusive = Set.copyOf(exclusive);
    }

    /** Conditions as one value. */
    static String join(Collection<String> conditions) {
      return String.join(COMMA, new TreeSet<>(conditions));
    }

    /** The conditions of a value. */
    static Set<String> split(String value) {
      return value.isEmpty() ? Set.of() : Set.of(value.split(COMMA, -1));
    }

    @Override
    public boolean holds(String value) {
      return asked.isEmpty() || split(value).contains(asked);
    }

    @Override
    public Optional<String> meet(Side other) {
      if (!(other instanceof Conditions that)) {
        return Optional.empty();
      }
      Set<String> both = new TreeSet<>(split(asked));
      both.addAll(split(that.asked));
      return both.size() > 1 && exclusive.containsAll(both)
          ? Optional.empty()
          : Optional.of(join(both));
    }

    /** What holds no other condition is the hardest to match. */
    @Override
    public List<String> typical(Collection<Side> others) {
      return List.of(asked);
    }
  }
}
