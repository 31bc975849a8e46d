package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Everything that is known of a statement, in lines for people. The first says what it does and
 * what it is for the session; below it stands what there is of
 *
 * <ul>
 *   <li>{@code calls}: the functions;
 *   <li>{@code gives}: each result column and what it is made of, {@code *} for anything that the
 *       statement names and {@code ?} for anything at all;
 *   <li>{@code names}: relations under another name, and names of values;
 *   <li>{@code writes}: columns and what goes into them, {@code out} where that leaves the tables;
 *   <li>{@code compares}: what decides on what happens, or how often;
 *   <li>{@code uncovers}: what may lose a mask, and {@code frees}: or what carries one;
 *   <li>{@code takes}: names that hide others.
 * </ul>
 */
final class ShownFacts {

  private static final String INDENT = "    ";

  private ShownFacts() {}

  static List<String> lines(ClassifiedStatement statement) {
    SqlStatement facts = statement.facts();
    Flows flows = statement.lineage().flows;
    List<String> lines = new ArrayList<>();
    List<String> does = new ArrayList<>();
    facts.accesses().forEach(access -> does.add(access(access)));
    if (facts.opaque()) {
      does.add("opaque");
    }
    lines.add(String.join("; ", does) + kind(statement.kind()));
    add(lines, "calls", new TreeSet<>(facts.functions()));
    add(lines, "gives", results(statement.lineage()));
    add(lines, "names", names(flows));
    add(lines, "writes", writes(flows));
    add(lines, "compares", flows.conditions().stream().map(ShownFacts::sources).toList());
    add(lines, "uncovers", new TreeSet<>(flows.strips()));
    add(lines, "frees", new TreeSet<>(flows.frees()));
    add(lines, "takes", new TreeSet<>(flows.taken()));
    return lines.stream().map(line -> INDENT + line).toList();
  }

  private static void add(List<String> lines, String what, Collection<String> values) {
    String all = values.stream().distinct().collect(Collectors.joining("; "));
    if (!all.isEmpty()) {
      lines.add(INDENT + what + " " + all);
    }
  }

  private static String access(SqlAccess access) {
    String columns =
        access.columns().isEmpty()
            ? ""
            : " (" + String.join(", ", new TreeSet<>(access.columns())) + ")";
    return access + columns + (access.filtered() ? " where" : "");
  }

  private static String kind(Kind kind) {
    String told =
        switch (kind) {
          case Kind.Plain _ -> "";
          case Kind.Prepare(String name, ClassifiedStatement inner) ->
              "Prepare " + name + kind(inner.kind());
          case Kind.DeclareCursor cursor ->
              "DeclareCursor " + cursor.name() + kind(cursor.inner().kind());
          case Kind.Explain(ClassifiedStatement inner) -> "Explain" + kind(inner.kind());
          case Kind.Referring referring ->
              referring.getClass().getSimpleName() + " " + referring.refersTo().orElse("all");
          case Kind.Discard(boolean all) -> all ? "Discard all" : "Discard";
          case Kind.SetParameter(String name, List<String> values) ->
              "Set " + name + " = " + values;
          case Kind.Transaction(Kind.Transaction.Step step, String savepoint) ->
              (step.name().toLowerCase(Locale.ROOT) + " " + savepoint).strip();
          case Kind.AlterRole(String role) -> ("AlterRole " + role).strip();
          case Kind.Copy(boolean isFromClient, boolean isStream) ->
              isFromClient ? "Copy from the client" : isStream ? "Copy to the client" : "Copy";
        };
    return told.isEmpty() ? "" : " <" + told + ">";
  }

  private static List<String> results(Lineage lineage) {
    return switch (lineage.results) {
      case HARMLESS -> List.of("no data");
      case UNKNOWN -> List.of("anything");
      case OUTPUTS -> {
        List<String> results = new ArrayList<>();
        for (Outputs.Column column : lineage.outputs.columns()) {
          String sources = sources(column.sources());
          String name = column.name().orElse("-");
          results.add(name.equals(sources) ? name : (name + " = " + sources).strip());
        }
        lineage.outputs.star().ifPresent(star -> results.add("* = " + sources(star)));
        yield results;
      }
    };
  }

  private static List<String> names(Flows flows) {
    List<String> names = new ArrayList<>();
    new TreeMap<>(flows.relations())
        .forEach(
            (relation, ranges) -> {
              Set<String> others = new TreeSet<>(ranges);
              others.remove(relation);
              others.remove(relation.substring(relation.lastIndexOf('.') + 1));
              others.forEach(other -> names.add(other + " = " + relation));
            });
    flows.edges().forEach(edge -> names.add(edge.name() + " = " + sources(edge.sources())));
    return names;
  }

  private static List<String> writes(Flows flows) {
    List<String> writes = new ArrayList<>();
    for (Flows.Write write : flows.writes()) {
      String to = write.relation().isEmpty() ? "out" : write.relation();
      String column = write.column().isEmpty() ? "" : "." + write.column();
      writes.add((to + column + " = " + sources(write.sources())).strip());
    }
    return writes;
  }

  private static String sources(Sources sources) {
    List<String> all = new ArrayList<>(sources.names());
    if (sources.isEverything()) {
      all.add("*");
    }
    if (sources.isUnknown()) {
      all.add("?");
    }
    return String.join(" ", all);
  }
}
