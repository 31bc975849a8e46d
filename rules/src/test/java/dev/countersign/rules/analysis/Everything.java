package dev.countersign.rules.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Everything that can be asked of a {@link SmallTable}, as far as its rows can tell questions
 * apart, and some names more.
 */
final class Everything {

  private static final List<Set<String>> SUBJECTS =
      List.of(Set.of(), Set.of("g"), Set.of("h"), Set.of("g", "h"), Set.of("other"));
  private static final List<String> RESOURCES = List.of("r", "r1", "s", "other");
  private static final List<String> ENVIRONMENTS = List.of("production", "test", "");
  private static final List<String> VERBS = List.of("SELECT", "DELETE", "DROP");
  private static final List<String> OBJECTS =
      List.of("", "a.b", "a.xb", "a.x", "x.b", "ab", "ax", "c.d", "c.x", "x", "c.b");

  private Everything() {}

  static List<Area.Point> points() {
    List<Area.Point> points = new ArrayList<>();
    for (Set<String> subject : SUBJECTS) {
      for (String resource : RESOURCES) {
        for (String environment : ENVIRONMENTS) {
          for (String verb : VERBS) {
            for (String object : OBJECTS) {
              for (String where : List.of(Sheets.FILTERED, Sheets.UNFILTERED)) {
                for (String opaque : List.of(Sheets.PLAIN, Sheets.OPAQUE)) {
                  points.add(
                      new Area.Point(
                          subject, List.of(resource, environment, verb, object, where, opaque)));
                }
              }
            }
          }
        }
      }
    }
    return points;
  }
}
