package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What no row of a sheet speaks of: actions on a resource in an environment that are blocked for
 * everybody because nothing was written. Resources are the registered ones of the sheet's kind with
 * their environment, and those that the workbook names with every environment that it names.
 */
final class Gaps {

  private record Place(String resource, String environment) {
    @Override
    public String toString() {
      String name = resource.replace(Globs.ANYTHING, "…");
      return environment.isEmpty() ? name : name + " (" + environment + ")";
    }
  }

  private final Resource.Kind kind;
  private final List<String> actions;
  private final List<Entry> entries;
  private final Workbook workbook;
  private final Surroundings known;
  private final Oracle oracle;

  /**
   * @param kind of the resources that the sheet is about
   * @param entries the rows of the sheet
   */
  Gaps(
      Resource.Kind kind,
      List<Entry> entries,
      Workbook workbook,
      Surroundings known,
      Oracle oracle) {
    this.kind = kind;
    this.actions = Sheets.actions(kind);
    this.entries = entries;
    this.workbook = workbook;
    this.known = known;
    this.oracle = oracle;
  }

  /** One finding for all places where the same actions are missing. */
  List<Finding> findings() {
    Map<List<String>, List<Place>> missing = new LinkedHashMap<>();
    for (Place place : places()) {
      List<String> verbs = expected(place).filter(verb -> !isMentioned(verb, place)).toList();
      if (!verbs.isEmpty()) {
        missing.computeIfAbsent(verbs, absent -> new ArrayList<>()).add(place);
      }
    }
    List<Finding> findings = new ArrayList<>();
    missing.forEach((verbs, places) -> findings.add(finding(verbs, places)));
    return findings;
  }

  private Stream<String> expected(Place place) {
    List<String> optional = Sheets.optional(kind);
    return optional.stream().anyMatch(verb -> isMentioned(verb, place))
        ? Stream.concat(actions.stream(), optional.stream())
        : actions.stream();
  }

  private boolean isMentioned(String verb, Place place) {
    return entries.stream()
        .map(entry -> entry.area().sides())
        .anyMatch(
            sides ->
                sides.get(Sheets.AT_RESOURCE).holds(place.resource())
                    && sides.get(Sheets.AT_ENVIRONMENT).holds(place.environment())
                    && sides.get(Sheets.AT_ACTION).holds(verb));
  }

  private Set<Place> places() {
    Set<Place> places = new LinkedHashSet<>();
    for (Resource resource : known.resources()) {
      if (resource.kind() == kind) {
        places.add(new Place(resource.name(), resource.environment()));
      }
    }
    for (TestRow test : workbook.tests()) {
      if (CommandWords.kind(test.command()) == kind) {
        places.add(new Place(test.resource(), test.environment()));
      }
    }
    Set<String> environments = environments();
    for (Entry entry : entries) {
      for (String name : entry.area().sides().get(Sheets.AT_RESOURCE).typical(List.of())) {
        Side resource = entry.area().sides().get(Sheets.AT_RESOURCE);
        boolean represented = places.stream().anyMatch(place -> resource.holds(place.resource()));
        if (!represented) {
          environments.forEach(environment -> places.add(new Place(name, environment)));
        }
      }
    }
    return places;
  }

  /** Those that rows name; the empty one where none does. */
  private Set<String> environments() {
    Set<String> named = new TreeSet<>();
    for (Entry entry : entries) {
      if (entry.area().sides().get(Sheets.AT_ENVIRONMENT) instanceof Side.Words words) {
        named.addAll(words.words());
      }
    }
    return named.isEmpty() ? Set.of("") : named;
  }

  private Finding finding(List<String> verbs, List<Place> places) {
    String where = places.stream().map(Place::toString).collect(Collectors.joining(", "));
    List<Witness> witnesses = new ArrayList<>();
    for (Place place : places) {
      verbs.forEach(verb -> witnesses.add(oracle.ask(point(verb, place))));
    }
    if (verbs.equals(actions)) {
      return new Finding(
          Finding.Kind.UNMENTIONED_RESOURCE,
          Sheets.of(kind),
          0,
          Sheets.RESOURCE,
          "",
          "No row speaks of %s: everything is blocked there.".formatted(where),
          witnesses);
    }
    String what = String.join(", ", verbs);
    return new Finding(
        Finding.Kind.GAP,
        Sheets.of(kind),
        0,
        Sheets.ACTION,
        "",
        "On %s no row speaks of %s: blocked for everybody.".formatted(where, what),
        witnesses);
  }

  private Area.Point point(String verb, Place place) {
    Set<String> everyGroup =
        entries.stream()
            .flatMap(entry -> entry.area().groups().stream())
            .collect(Collectors.toSet());
    List<String> values = new ArrayList<>(List.of(place.resource(), place.environment(), verb));
    values.addAll(Sheets.example(kind));
    return new Area.Point(everyGroup, values);
  }
}
