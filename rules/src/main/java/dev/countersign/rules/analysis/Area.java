package dev.countersign.rules.analysis;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All that a row matches.
 *
 * @param groups one of them suffices; none stands for any subject
 * @param sides what else must hold, in the same order for all rows of a sheet
 */
record Area(Set<String> groups, List<Side> sides) {

  /**
   * One thing that can be asked.
   *
   * @param groups of the subject
   * @param values one for each side
   */
  record Point(Set<String> groups, List<String> values) {
    Point {
      groups = Set.copyOf(groups);
      values = List.copyOf(values);
    }
  }

  Area {
    groups = Set.copyOf(groups);
    sides = List.copyOf(sides);
  }

  boolean holds(Point point) {
    return holdsGroups(point.groups())
        && IntStream.range(0, sides.size())
            .allMatch(i -> sides.get(i).holds(point.values().get(i)));
  }

  boolean holdsGroups(Set<String> asking) {
    return groups.isEmpty() || !Collections.disjoint(groups, asking);
  }

  /** Something that both match when asked by a subject of one group, if there is such a thing. */
  Optional<Point> meet(Area other) {
    Set<String> shared = new LinkedHashSet<>(groups.isEmpty() ? other.groups : groups);
    if (!groups.isEmpty() && !other.groups.isEmpty()) {
      shared.retainAll(other.groups);
      if (shared.isEmpty()) {
        return Optional.empty();
      }
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      Optional<String> value = sides.get(i).meet(other.sides.get(i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(
        new Point(
            shared.stream().sorted().limit(1).collect(toCollection(LinkedHashSet::new)), values));
  }

  /** Whether this matches whatever the other matches. */
  boolean contains(Area other) {
    return other.typical(List.of(this)).stream().allMatch(this::holds);
  }

  /**
   * Points that stand for all of this area: where each of them is in one of the others, everything
   * is. A subject of one group is the hardest to match, so larger sets of groups need no point.
   */
  List<Point> typical(Collection<Area> others) {
    List<Set<String>> subjects =
        groups.isEmpty() ? List.of(Set.of()) : groups.stream().sorted().map(Set::of).toList();
    List<List<String>> values = List.of(List.of());
    for (int i = 0; i < sides.size(); i++) {
      values = appendEach(values, sides.get(i).typical(sidesOf(others, i)));
    }
    List<Point> points = new ArrayList<>();
    for (Set<String> subject : subjects) {
      values.forEach(each -> points.add(new Point(subject, each)));
    }
    return points;
  }

  /** Whether there are more typical points than that. */
  boolean hasMoreTypical(Collection<Area> others, long most) {
    long count = Math.max(1, groups.size());
    for (int i = 0; i < sides.size() && count <= most; i++) {
      count *= sides.get(i).typical(sidesOf(others, i)).size();
    }
    return count > most;
  }

  private static List<Side> sidesOf(Collection<Area> areas, int number) {
    return areas.stream().map(area -> area.sides.get(number)).toList();
  }

  private static List<List<String>> appendEach(List<List<String>> heads, List<String> tails) {
    List<List<String>> all = new ArrayList<>();
    for (List<String> head : heads) {
      for (String tail : tails) {
        List<String> longer = new ArrayList<>(head);
        longer.add(tail);
        all.add(longer);
      }
    }
    return all;
  }
}
