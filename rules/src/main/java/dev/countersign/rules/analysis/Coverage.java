package dev.countersign.rules.analysis;

import static java.util.stream.Collectors.joining;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rows that others make idle. A row is covered where each of its {@linkplain Area#typical typical}
 * points is in one of the others: that is exact, and so are the findings. Only a row of more than
 * {@link #MOST_POINTS} points is passed over.
 */
final class Coverage {

  static final int MOST_POINTS = 50_000;

  private static final String OR = " or ";

  private final List<Entry> entries;
  private final LocalDate today;

  /**
   * @param entries that count today or some day later
   */
  Coverage(List<Entry> entries, LocalDate today) {
    this.entries = entries;
    this.today = today;
  }

  /** At most one finding a row. All redundant rows may go together. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    List<Entry> kept = new ArrayList<>(entries);
    // From the last row on, so that of two equal rows the later one is the one that can go.
    for (Entry entry : entries.reversed()) {
      Optional<Finding> found =
          covering(entry, kept, other -> other.verdict().compareTo(entry.verdict()) > 0)
              .map(stricter -> shadowed(entry, stricter))
              .or(
                  () ->
                      covering(entry, kept, entry::yieldsTo)
                          .map(others -> redundant(entry, others)));
      found.ifPresent(
          finding -> {
            findings.add(finding);
            kept.remove(entry);
          });
    }
    return findings.reversed();
  }

  /** The rows that together match all that this row matches, if there are such rows. */
  private Optional<Set<Entry>> covering(
      Entry entry, Collection<Entry> kept, Predicate<Entry> eligible) {
    List<Entry> others =
        kept.stream()
            .filter(other -> !other.equals(entry) && eligible.test(other))
            .filter(other -> other.outlasts(entry, today))
            .filter(other -> other.area().meet(entry.area()).isPresent())
            // Who reads the finding wants to hear of the strictest.
            .sorted(Comparator.comparing(Entry::verdict).reversed())
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    List<Area> areas = others.stream().map(Entry::area).toList();
    if (entry.area().hasMoreTypical(areas, MOST_POINTS)) {
      return Optional.empty();
    }
    Set<Entry> covering = new LinkedHashSet<>();
    for (Area.Point point : entry.area().typical(areas)) {
      Optional<Entry> holder =
          others.stream().filter(other -> other.area().holds(point)).findFirst();
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      covering.add(holder.get());
    }
    return Optional.of(covering);
  }

  private static Finding shadowed(Entry entry, Set<Entry> stricter) {
    for (Entry other : stricter) {
      if (entry.area().contains(other.area()) && other.area().contains(entry.area())) {
        return finding(
            Finding.Kind.CONTRADICTION,
            entry,
            "%s has the same conditions as %s, which is stricter and always wins. Remove one of them."
                .formatted(entry, list(Set.of(other), OR)));
      }
    }
    return finding(
        Finding.Kind.SHADOWED,
        entry,
        "%s never decides: whatever it matches, %s matches too and is stricter."
            .formatted(entry, list(stricter, OR)));
  }

  private static Finding redundant(Entry entry, Set<Entry> others) {
    return finding(
        Finding.Kind.REDUNDANT,
        entry,
        "%s can go: whatever it matches, %s matches too, and no verdict would change."
            .formatted(entry, list(others, OR)));
  }

  private static Finding finding(Finding.Kind kind, Entry entry, String words) {
    return new Finding(kind, entry.sheet(), entry.row(), "Id", entry.rule(), words, List.of());
  }

  static String list(Collection<Entry> entries, String separator) {
    return entries.stream()
        .map(other -> "%s in row %d".formatted(other, other.row()))
        .collect(joining(separator));
  }
}
