package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.Workbook;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rows that a command missed by one cell, the closest first. */
public final class NearMisses {

  /** What may be otherwise first; with another action it would be another command. */
  private static final List<String> LIKELY =
      List.of(
          Sheets.OBJECT,
          Sheets.PATH,
          Sheets.REF,
          Sheets.NAMESPACE,
          Sheets.CONDITION,
          Sheets.COMMAND,
          "Valid until",
          "Valid from",
          "Mode",
          Sheets.GROUPS,
          Sheets.ENVIRONMENT,
          Sheets.RESOURCE,
          Sheets.ACTION);

  private record Ranked(NearMiss miss, int alike) {}

  private NearMisses() {}

  /** At most so many rows for each part of the act. */
  public static List<NearMiss> of(
      Workbook workbook, LocalDate today, Subject subject, Resource resource, Act act, int most) {
    Sheets sheets = new Sheets(workbook);
    List<Entry> rows =
        switch (act) {
          case SqlStatement sql -> sheets.sql();
          case RefUpdate update -> sheets.git();
          case KubeRequest request -> sheets.kubernetes();
        };
    List<NearMiss> all = new ArrayList<>();
    for (Part part : Part.of(workbook, subject, resource, act)) {
      rows.stream()
          .flatMap(row -> miss(row, today, part).stream())
          .sorted(
              Comparator.comparingInt((Ranked ranked) -> LIKELY.indexOf(ranked.miss().column()))
                  .thenComparing(Comparator.comparingInt(Ranked::alike).reversed())
                  .thenComparingInt(ranked -> ranked.miss().row()))
          .limit(most)
          .forEach(ranked -> all.add(ranked.miss()));
    }
    return all;
  }

  private static List<Ranked> miss(Entry row, LocalDate today, Part asked) {
    Area.Point point = asked.point();
    String part = asked.words();
    Area area = row.area();
    List<Integer> failing = new ArrayList<>();
    for (int i = 0; i < area.sides().size(); i++) {
      if (!asked.isHeldBy(row, i)) {
        failing.add(i);
      }
    }
    boolean inGroup = area.holdsGroups(point.groups());
    boolean inTime = row.validity().covers(today);
    int misses = failing.size() + (inGroup ? 0 : 1) + (inTime ? 0 : 1) + (row.isEnforced() ? 0 : 1);
    if (misses != 1) {
      return List.of();
    }
    if (!inTime) {
      String column = row.isOver(today) ? "Valid until" : "Valid from";
      return List.of(
          ranked(
              row,
              part,
              column,
              today.toString(),
              row.isOver(today) ? "its last day were not over" : "its first day had come",
              0));
    }
    if (!row.isEnforced()) {
      return List.of(ranked(row, part, "Mode", "observe", "Mode were enforce", 0));
    }
    if (!inGroup) {
      String found = String.join(", ", new TreeSet<>(point.groups()));
      String words =
          "the subject were in "
              + (area.groups().size() == 1 ? "group " : "one of the groups ")
              + oneOf(area.groups());
      return List.of(ranked(row, part, Sheets.GROUPS, found, words, 0));
    }
    Side side = area.sides().get(failing.getFirst());
    String found = point.values().get(failing.getFirst());
    return List.of(
        switch (side) {
          case Side.Names names ->
              ranked(
                  row,
                  part,
                  side.column(),
                  found,
                  instead(side.column(), names.patterns(), found),
                  alike(names.patterns(), found));
          case Side.Words words when words.column().equals(Sheets.CONDITION) ->
              missing(row, asked, side, oneOf(words.words()));
          case Side.Conditions conditions -> missing(row, asked, side, conditions.asked());
          case Side.Words words ->
              ranked(
                  row, part, side.column(), found, instead(side.column(), words.words(), found), 0);
        });
  }

  private static Ranked missing(Entry row, Part asked, Side side, String condition) {
    String found = asked.point().values().get(row.area().sides().indexOf(side));
    return ranked(row, asked.words(), side.column(), found, asked.noun() + " had " + condition, 0);
  }

  private static Ranked ranked(
      Entry row, String part, String column, String found, String words, int alike) {
    return new Ranked(
        new NearMiss(row.sheet(), row.row(), row.rule(), row.verdict(), part, column, found, words),
        alike);
  }

  private static String instead(String column, Set<String> wanted, String found) {
    return column + " were " + oneOf(wanted) + (found.isEmpty() ? "" : " instead of " + found);
  }

  /** How many letters the name shares with the beginning of a pattern. */
  private static int alike(Set<String> patterns, String name) {
    int best = 0;
    for (String pattern : patterns) {
      int same = 0;
      while (same < Math.min(pattern.length(), name.length())
          && pattern.charAt(same) == name.charAt(same)) {
        same++;
      }
      best = Math.max(best, same);
    }
    return best;
  }

  private static String oneOf(Set<String> values) {
    return values.stream().sorted().collect(Collectors.joining(" or "));
  }
}
