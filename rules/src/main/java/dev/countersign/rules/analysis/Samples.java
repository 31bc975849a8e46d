package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Commands made of the rows of workbooks: each row is asked for everything it tells apart, so that
 * two workbooks that treat some command of one access differently differ for a sample too.
 */
public final class Samples {

  private static final int MOST_OF_A_ROW = 5_000;
  private static final int MOST = 200_000;

  private Samples() {}

  /** At most some 200,000 commands; a row that tells apart too much is left out. */
  public static List<Command> of(Collection<Workbook> workbooks) {
    List<Area> sql = new ArrayList<>();
    List<Area> git = new ArrayList<>();
    List<Area> kubernetes = new ArrayList<>();
    List<Area> masking = new ArrayList<>();
    for (Workbook workbook : workbooks) {
      Sheets sheets = new Sheets(workbook);
      sheets.sql().forEach(entry -> sql.add(entry.area()));
      sheets.git().forEach(entry -> git.add(entry.area()));
      sheets.kubernetes().forEach(entry -> kubernetes.add(entry.area()));
      sheets.masking().forEach(entry -> masking.add(entry.area()));
    }
    Set<Command> samples = new LinkedHashSet<>();
    for (Area.Point point : points(sql)) {
      samples.add(Oracle.command(point));
    }
    points(git).forEach(point -> samples.add(push(point)));
    points(kubernetes).forEach(point -> samples.add(request(point)));
    List<Set<String>> subjects =
        sql.stream()
            .flatMap(area -> area.groups().stream())
            .distinct()
            .sorted()
            .map(Set::of)
            .toList();
    for (Area.Point point : points(masking)) {
      samples.add(reading(point.groups(), point));
      if (point.groups().isEmpty()) {
        // A mask for anybody shows only for those who may read at all.
        subjects.forEach(subject -> samples.add(reading(subject, point)));
      }
    }
    return List.copyOf(samples);
  }

  private static Set<Area.Point> points(List<Area> areas) {
    Set<Area.Point> points = new LinkedHashSet<>();
    for (Area area : new LinkedHashSet<>(areas)) {
      List<Area> near = areas.stream().filter(other -> other.meet(area).isPresent()).toList();
      if (!area.hasMoreTypical(near, MOST_OF_A_ROW) && points.size() < MOST) {
        points.addAll(area.typical(near));
      }
    }
    return points;
  }

  private static Command push(Area.Point point) {
    List<String> values = point.values();
    String path = values.get(Sheets.AT_PATH);
    return command(
        Resource.Kind.GIT,
        point,
        CommandWords.update(
            change(values.get(Sheets.AT_ACTION)),
            values.get(Sheets.AT_REF),
            path.isEmpty() ? List.of() : List.of(path),
            conditions(point, GitCondition.values())),
        path);
  }

  private static RefUpdate.Change change(String word) {
    return Arrays.stream(RefUpdate.Change.values())
        .filter(change -> change.toString().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static Command request(Area.Point point) {
    List<String> values = point.values();
    KubeRequest.Verb verb =
        Arrays.stream(KubeRequest.Verb.values())
            .filter(each -> each.toString().equals(values.get(Sheets.AT_ACTION)))
            .findFirst()
            .orElseThrow();
    return command(
        Resource.Kind.KUBERNETES,
        point,
        CommandWords.request(
            verb,
            new KubeRequest.Target(
                values.get(Sheets.AT_OBJECT), "", values.get(Sheets.AT_NAMESPACE), ""),
            conditions(point, KubeCondition.values()),
            Set.of()),
        "");
  }

  private static Command command(Resource.Kind kind, Area.Point point, Act act, String path) {
    String condition = point.values().get(Sheets.AT_CONDITION);
    String words = act + (path.isEmpty() ? "" : " " + path);
    boolean always = condition.equals(Sheets.word(GitCondition.ALWAYS));
    return new Command(
        (words + (always ? "" : " with " + condition)).replace(Globs.ANYTHING, "…"),
        Oracle.subject(point.groups()),
        Oracle.resource(kind, point),
        List.of(act));
  }

  private static <C extends Enum<C>> Set<C> conditions(Area.Point point, C[] all) {
    return Arrays.stream(all)
        .filter(each -> Sheets.word(each).equals(point.values().get(Sheets.AT_CONDITION)))
        .collect(Collectors.toSet());
  }

  /** A masked column, read. */
  private static Command reading(Set<String> groups, Area.Point point) {
    String object = point.values().get(2);
    String column = point.values().get(3);
    SqlAccess access = new SqlAccess(SqlVerb.SELECT, object, Set.of(column), true);
    return new Command(
        ("SELECT " + column + " FROM " + object).replace(Globs.ANYTHING, "…"),
        Oracle.subject(groups),
        Oracle.resource(Resource.Kind.POSTGRES, point),
        List.of(new SqlStatement(List.of(access), Set.of(), false)));
  }
}
