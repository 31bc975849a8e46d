package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.KubeCondition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Points of the sheets SQL, Git and Kubernetes as commands that can be put to a policy. */
final class Questions {

  private Questions() {}

  /** The command of a point of that kind's sheet. */
  static Command of(Resource.Kind kind, Area.Point point) {
    return switch (kind) {
      case POSTGRES -> statement(point);
      case GIT -> push(point);
      case KUBERNETES -> request(point);
    };
  }

  private static Command statement(Area.Point point) {
    List<String> values = point.values();
    String verb = values.get(Sheets.AT_ACTION);
    String object = values.get(Sheets.AT_OBJECT);
    boolean filtered = values.get(Sheets.AT_WHERE).equals(Sheets.FILTERED);
    boolean opaque = values.get(Sheets.AT_OPAQUE).equals(Sheets.OPAQUE);
    String words =
        verb
            + (object.isEmpty() ? "" : " " + object)
            + (filtered ? "" : " without WHERE")
            + (opaque ? " (opaque)" : "");
    SqlAccess access = new SqlAccess(SqlVerb.valueOf(verb), object, Set.of(), filtered);
    return command(
        words, Resource.Kind.POSTGRES, point, new SqlStatement(List.of(access), Set.of(), opaque));
  }

  /** A masked column, read by subjects of those groups: a point of the sheet Masking. */
  static Command reading(Set<String> groups, Area.Point point) {
    String object = point.values().get(Sheets.AT_MASKED_OBJECT);
    String column = point.values().get(Sheets.AT_MASKED_COLUMN);
    SqlAccess access = new SqlAccess(SqlVerb.SELECT, object, Set.of(column), true);
    return command(
        "SELECT " + column + " FROM " + object,
        Resource.Kind.POSTGRES,
        new Area.Point(groups, point.values()),
        new SqlStatement(List.of(access), Set.of(), false));
  }

  private static Command push(Area.Point point) {
    List<String> values = point.values();
    String path = values.get(Sheets.AT_PATH);
    RefUpdate update =
        CommandWords.update(
            constant(RefUpdate.Change.values(), values.get(Sheets.AT_ACTION)),
            values.get(Sheets.AT_REF),
            path.isEmpty() ? List.of() : List.of(path),
            conditions(point, GitCondition.values()));
    String words = update + (path.isEmpty() ? "" : " " + path) + with(point);
    return command(words, Resource.Kind.GIT, point, update);
  }

  private static Command request(Area.Point point) {
    List<String> values = point.values();
    String line = values.get(Sheets.AT_COMMAND);
    KubeRequest request =
        CommandWords.request(
            constant(KubeRequest.Verb.values(), values.get(Sheets.AT_ACTION)),
            new KubeRequest.Target(
                values.get(Sheets.AT_OBJECT), "", values.get(Sheets.AT_NAMESPACE), ""),
            conditions(point, KubeCondition.values()),
            Set.of(),
            line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
    return command(
        request + with(point) + (line.isEmpty() ? "" : ", command " + line),
        Resource.Kind.KUBERNETES,
        point,
        request);
  }

  private static String with(Area.Point point) {
    String conditions = point.values().get(Sheets.AT_CONDITION);
    return conditions.isEmpty() ? "" : " with " + conditions;
  }

  private static <E extends Enum<E>> E constant(E[] all, String word) {
    return Arrays.stream(all)
        .filter(each -> each.toString().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static <C extends Enum<C>> Set<C> conditions(Area.Point point, C[] all) {
    Set<String> words = Side.Conditions.split(point.values().get(Sheets.AT_CONDITION));
    return Arrays.stream(all)
        .filter(each -> words.contains(Sheets.word(each)))
        .collect(Collectors.toSet());
  }

  private static Command command(String words, Resource.Kind kind, Area.Point point, Act act) {
    String environment = point.values().get(Sheets.AT_ENVIRONMENT);
    return new Command(
        words.replace(Globs.ANYTHING, "…"),
        new Subject("analysis", "", "", Subject.Kind.AGENT, point.groups(), Optional.empty()),
        new Resource(
            point.values().get(Sheets.AT_RESOURCE),
            kind,
            environment.isEmpty() ? Map.of() : Map.of("environment", environment)),
        List.of(act));
  }
}
