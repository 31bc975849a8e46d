package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A small policy, and what is asked of it. */
final class Examples {

  static final Resource SHOP =
      new Resource("shop", Resource.Kind.POSTGRES, Map.of("environment", "production"));

  private static final Scope AGENTS = new Scope(List.of("agents"), "shop", "*");

  private Examples() {}

  static Subject in(String... groups) {
    return new Subject(
        "https://issuer", "a", "a", Subject.Kind.AGENT, Set.of(groups), Optional.empty());
  }

  static SqlAccess access(SqlVerb verb, String object, String... columns) {
    return new SqlAccess(verb, object, Set.of(columns), true);
  }

  static SqlStatement statement(SqlAccess... accesses) {
    return new SqlStatement(List.of(accesses), Set.of(), false);
  }

  static SqlRow row(int number, String verb, String object, Ruling ruling, String reason) {
    return new SqlRow(
        Particulars.of(number, "R-" + number, reason, "hint " + number, List.of("AC-3")),
        AGENTS,
        List.of(verb),
        object,
        Condition.ALWAYS,
        ruling);
  }

  static Ruling.Approve approve(int minutes, String... groups) {
    return new Ruling.Approve(List.of(groups), Duration.ofMinutes(minutes));
  }

  /** The policy; its test expects that verdict of a SELECT on public.orders. */
  static Workbook workbook(String readReason, Verdict expected) {
    return new Workbook(
        Map.of(),
        List.of(
            row(2, "SELECT", "public.*", Ruling.ALLOW, readReason),
            row(3, "UPDATE", "public.orders", approve(30, "dba"), "two persons"),
            row(4, "UPDATE", "public.*", approve(5, "@owners"), "the owner too"),
            row(5, "DROP", "*", Ruling.BLOCK, "never")),
        List.of(
            new MaskingRow(
                Particulars.of(2, "M-1", "personal", "", List.of("SI-19")),
                AGENTS,
                "public.customers",
                "e*mail",
                new Treatment.Hide(Masker.PARTIAL, false))),
        Map.of("owners", List.of("shop-owners", "officers")),
        List.of(
            new TestRow(
                2,
                "T-1",
                List.of("agents"),
                "shop",
                "production",
                "SELECT public.orders",
                expected,
                "R-2")));
  }

  /** Understands texts of one verb and one object. */
  static List<SqlStatement> parse(String sql) {
    String[] words = sql.split(" ", -1);
    return List.of(statement(access(SqlVerb.valueOf(words[0]), words[1])));
  }
}
