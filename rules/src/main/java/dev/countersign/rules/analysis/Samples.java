package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
    points(sql).forEach(point -> samples.add(Questions.of(Resource.Kind.POSTGRES, point)));
    points(git).forEach(point -> samples.add(Questions.of(Resource.Kind.GIT, point)));
    points(kubernetes).forEach(point -> samples.add(Questions.of(Resource.Kind.KUBERNETES, point)));
    List<Set<String>> subjects =
        sql.stream()
            .flatMap(area -> area.groups().stream())
            .distinct()
            .sorted()
            .map(Set::of)
            .toList();
    for (Area.Point point : points(masking)) {
      samples.add(Questions.reading(point.groups(), point));
      if (point.groups().isEmpty()) {
        // A mask for anybody shows only for those who may read at all.
        subjects.forEach(subject -> samples.add(Questions.reading(subject, point)));
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
}
