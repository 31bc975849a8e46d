package dev.countersign.decision.policy;

import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Workbooks that an officer may have drafted: each lets agents read one table. */
public final class Drafts {

  private Drafts() {}

  /** Reads {@code read <object>}, the only statement that drafts have examples of. */
  public static List<SqlStatement> parse(String sql) {
    String[] words = sql.split(" ", 2);
    if (!words[0].equals("read")) {
      throw new IllegalArgumentException(sql);
    }
    SqlAccess access = new SqlAccess(SqlVerb.SELECT, words[1], Set.of("id"), false);
    return List.of(new SqlStatement(List.of(access), Set.of(), false));
  }

  /** A draft that is sound. */
  public static byte[] allowing(String object) {
    return draft(object, Map.of(), Verdict.ALLOW);
  }

  /** The policy of such a draft. */
  public static Policy policyAllowing(String object) {
    return new Policy(new WorkbookPolicy(rows(object, Map.of(), Verdict.ALLOW)));
  }

  /** A draft whose sheet About says something. */
  public static byte[] allowing(String object, String key, String value) {
    return draft(object, Map.of(key, value), Verdict.ALLOW);
  }

  /** A draft whose example does not come out as it says. */
  public static byte[] withFailingTest(String object) {
    return draft(object, Map.of(), Verdict.BLOCK);
  }

  private static byte[] draft(String object, Map<String, String> about, Verdict expected) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      WorkbookWriter.write(rows(object, about, expected), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Workbook rows(String object, Map<String, String> about, Verdict expected) {
    SqlRow row =
        new SqlRow(
            Particulars.of(2, "SQL-001", "agents may read " + object, "", List.of("AC-3")),
            new Scope(List.of("ai-agents"), "orders", "*"),
            List.of("SELECT"),
            object,
            Condition.ALWAYS,
            Ruling.ALLOW);
    TestRow test =
        new TestRow(2, "T-001", List.of("ai-agents"), "orders", "", "read " + object, expected, "");
    return new Workbook(about, List.of(row), List.of(), Map.of(), List.of(test));
  }
}
