package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Glob;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What one cell of a row lets match: names by patterns, or words of a list. */
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
              mine -> names.patterns.stream().sorted().flatMap(its -> meet(mine, its).stream()))
          .findFirst();
    }

    private Optional<String> meet(String mine, String its) {
      return Globs.meet(mine.equals(none) ? "" : mine, its.equals(none) ? "" : its);
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
}
