package dev.countersign.rules.workbook;

import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A workbook to begin with: one row on each sheet, to be copied and changed. It allows reading in
 * development and nothing else.
 */
public final class Template {

  private static final String ANY = "*";
  private static final List<String> AGENTS = List.of("@agents");
  private static final Ruling.Approve ASK_OWNERS =
      new Ruling.Approve(List.of("owners"), Duration.ofMinutes(15));

  private Template() {}

  /** Its rows. */
  public static Workbook workbook() {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("Policy name", "A policy to begin with");
    about.put("Owner", "compliance-officers");
    Map<String, List<String>> lists = new LinkedHashMap<>();
    lists.put("agents", List.of("ai-agents"));
    lists.put("registries", List.of("images.example.com/*"));
    return new Workbook(
        about,
        List.of(sql()),
        List.of(git()),
        List.of(kubernetes()),
        List.of(masking()),
        List.of(access()),
        List.of(factor(), threshold()),
        lists,
        List.of(
            new TestRow(
                2,
                "TEST-01",
                List.of("ai-agents"),
                "orders",
                "production",
                "SELECT * FROM public.orders",
                Verdict.BLOCK,
                "DEFAULT")));
  }

  private static SqlRow sql() {
    return new SqlRow(
        row(2, "SQL-001", "tables may be read in development", "", "AC-3"),
        new Scope(AGENTS, ANY, "development"),
        List.of("SELECT"),
        "public.*",
        Condition.ALWAYS,
        Ruling.ALLOW);
  }

  private static GitRow git() {
    return new GitRow(
        row(2, "GIT-001", "main is changed by review", "Push to a branch of your own.", "CM-3"),
        new Scope(AGENTS, ANY, ANY),
        List.of(ANY),
        "refs/heads/main",
        ANY,
        GitCondition.ALWAYS,
        ASK_OWNERS);
  }

  private static KubernetesRow kubernetes() {
    return new KubernetesRow(
        row(2, "KUB-001", "privileged containers own their node", "Drop privileged.", "AC-6"),
        new Scope(List.of(ANY), ANY, ANY),
        List.of(ANY),
        ANY,
        ANY,
        KubeCondition.PRIVILEGED,
        Ruling.BLOCK);
  }

  private static MaskingRow masking() {
    return new MaskingRow(
        row(2, "MSK-001", "e-mail addresses identify people", "", "SI-19"),
        new Scope(List.of(ANY), ANY, ANY),
        "public.*",
        "*email*",
        new Treatment.Hide(Masker.PARTIAL, false));
  }

  private static AccessRow access() {
    EnumSet<DayOfWeek> weekdays = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
    return new AccessRow(
        row(2, "ACC-001", "access is granted for a working day", "", "AC-2(2)"),
        new Scope(AGENTS, ANY, ANY),
        Duration.ofHours(8),
        new Hours(Set.copyOf(weekdays), LocalTime.of(8, 0), LocalTime.of(18, 0)),
        ASK_OWNERS);
  }

  private static RiskRow factor() {
    return new RiskRow(
        row(2, "RSK-001", "what is taken away is hard to bring back", "", "RA-3"),
        new Scope(List.of(ANY), ANY, "production"),
        50,
        new RiskRow.Factor(RiskFactor.DESTRUCTION));
  }

  private static RiskRow threshold() {
    return new RiskRow(
        row(3, "RSK-900", "the command is risky", "Wait, or do it in smaller steps.", "RA-7"),
        new Scope(List.of(ANY), ANY, ANY),
        50,
        new RiskRow.Threshold(ASK_OWNERS));
  }

  private static Particulars row(
      int number, String id, String reason, String hint, String control) {
    return Particulars.of(number, id, reason, hint, List.of(control));
  }
}
