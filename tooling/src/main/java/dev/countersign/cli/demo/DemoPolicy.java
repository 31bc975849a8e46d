package dev.countersign.cli.demo;

import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Hours;
import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.TestRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The policy of the demo's shop, as text that can be reviewed; {@code policy/countersign.xlsx}. */
public final class DemoPolicy {

  private static final int FIRST_ROW = 2;

  private DemoPolicy() {}

  /** Writes the workbook, replacing the file. */
  public static void write(Path file) throws IOException {
    WorkbookWriter.write(workbook(), file);
  }

  /** All of its rows. */
  public static Workbook workbook() {
    Map<String, String> about = new LinkedHashMap<>();
    about.put(
        "Policy name", "Countersign demo: AI agents at the shop's database, code and cluster");
    about.put("Owner", "compliance-officers");
    about.put(
        "Resources",
        "orders (the shop's database), payments (its code), prod-eu (its cluster), bench"
            + " (pgbench's tables)");
    Map<String, List<String>> lists = new LinkedHashMap<>();
    lists.put(
        "readers", List.of("ai-agents", "visiting-agents", "compliance-officers", "dba-approvers"));
    lists.put("personal-tables", List.of("public.customers", "public.payments"));
    lists.put(DemoGitRows.BUILD_FILES, DemoGitRows.buildFiles());
    lists.put(DemoKubernetesRows.EVERYDAY, DemoKubernetesRows.everyday());
    lists.put(DemoKubernetesRows.CONFIDENTIAL, DemoKubernetesRows.confidential());
    lists.put(KubeCondition.REGISTRIES_LIST, List.of("registry.shop.example/*"));
    return new Workbook(
        about,
        DemoSqlRows.all(),
        DemoGitRows.all(),
        DemoKubernetesRows.all(),
        masking(),
        access(),
        List.of(),
        lists,
        tests());
  }

  private static List<AccessRow> access() {
    return List.of(
        new AccessRow(
            particulars(2, "ACC-001", "the shop's own agents work every day; commands are judged"),
            new Scope(List.of("ai-agents"), "*", "*"),
            AccessRow.LONGEST,
            true,
            Hours.ALWAYS,
            Ruling.ALLOW),
        new AccessRow(
            particulars(3, "ACC-002", "load for the benchmark, on tables of its own"),
            new Scope(List.of("bench"), "bench", "*"),
            AccessRow.LONGEST,
            true,
            Hours.ALWAYS,
            Ruling.ALLOW),
        new AccessRow(
            particulars(4, "ACC-003", "people of the house look things up for a day at most"),
            new Scope(List.of("@readers"), "*", "*"),
            Duration.ofHours(8),
            Hours.ALWAYS,
            Ruling.ALLOW),
        new AccessRow(
            particulars(5, "ACC-004", "agents from outside are let in by a person, for a while"),
            new Scope(List.of("visiting-agents"), "*", "*"),
            Duration.ofHours(4),
            Hours.ALWAYS,
            new Ruling.Approve(List.of("dba-approvers"), Duration.ofMinutes(15))));
  }

  private static Particulars particulars(int number, String id, String reason) {
    return Particulars.of(number, id, reason, "", List.of("AC-2", "AC-3"));
  }

  private static List<MaskingRow> masking() {
    List<MaskingRow> rows = new ArrayList<>();
    mask(
        rows,
        "public.customers",
        "email",
        Masker.PARTIAL,
        "e-mail addresses identify people; the end is enough to recognise the provider");
    mask(rows, "public.customers", "phone", Masker.REDACT, "phone numbers identify people");
    mask(
        rows,
        "public.customers",
        "ssn",
        Masker.NULL,
        "nobody needs a social security number to work on orders");
    mask(
        rows,
        "public.customers",
        "notes",
        Masker.REDACT,
        "free text written by support may contain anything");
    mask(
        rows,
        "public.payments",
        "card_number",
        Masker.PARTIAL,
        "card numbers are shown by their last digits only");
    mask(
        rows, "public.payments", "iban", Masker.HASH, "bank accounts may be compared but not seen");
    return rows;
  }

  private static void mask(
      List<MaskingRow> rows, String object, String column, Masker masker, String reason) {
    rows.add(
        new MaskingRow(
            Particulars.of(
                rows.size() + FIRST_ROW,
                "MSK-%03d".formatted(rows.size() + 1),
                reason,
                "",
                List.of("AC-3", "SI-19")),
            new Scope(List.of("*"), "orders", "*"),
            object,
            column,
            new Treatment.Hide(masker, false)));
  }

  private static List<TestRow> tests() {
    Examples agent = new Examples(List.of("ai-agents"), "orders", "production");
    Examples auditor = new Examples(List.of("auditors"), "orders", "production");
    Examples dba = new Examples(List.of("dba-approvers"), "orders", "staging");
    Examples bench = new Examples(List.of("bench"), "bench", "test");
    List<TestRow> rows = new ArrayList<>();
    agent.add(rows, "SELECT id, status FROM orders WHERE id = 1", Verdict.ALLOW, "SQL-001");
    agent.add(rows, "SELECT 1", Verdict.ALLOW, "SQL-004");
    agent.add(rows, "SELECT email FROM customers", Verdict.MASK, "MSK-001");
    agent.add(rows, "SELECT lower(email) FROM customers", Verdict.MASK, "MSK-001");
    agent.add(rows, "TABLE payments", Verdict.MASK, "MSK-005");
    agent.add(
        rows,
        "INSERT INTO orders (customer_id, status, total_cents) VALUES (1, 'new', 990)",
        Verdict.ALLOW,
        "SQL-008");
    agent.add(rows, "UPDATE orders SET status = 'paid' WHERE id = 1", Verdict.APPROVE, "SQL-009");
    agent.add(rows, "DELETE FROM orders WHERE id = 1", Verdict.APPROVE, "SQL-010");
    agent.add(
        rows,
        "WITH d AS (DELETE FROM orders WHERE id = 1 RETURNING *) SELECT * FROM d",
        Verdict.APPROVE,
        "SQL-010");
    agent.add(rows, "EXPLAIN ANALYZE DELETE FROM orders WHERE id = 1", Verdict.APPROVE, "SQL-010");
    agent.add(rows, "DELETE FROM orders", Verdict.BLOCK, "SQL-011");
    agent.add(rows, "UPDATE orders SET status = 'paid'", Verdict.BLOCK, "SQL-012");
    agent.add(rows, "UPDATE customers SET name = 'x' WHERE id = 1", Verdict.BLOCK, "SQL-013");
    agent.add(rows, "SELECT 1; DROP TABLE orders", Verdict.BLOCK, "SQL-014");
    agent.add(rows, "DO $$BEGIN DELETE FROM orders; END$$", Verdict.BLOCK, "SQL-015");
    agent.add(rows, "COPY customers TO STDOUT", Verdict.BLOCK, "");
    agent.add(rows, "GRANT ALL ON orders TO PUBLIC", Verdict.BLOCK, "SQL-020");
    auditor.add(rows, "SELECT id FROM orders", Verdict.BLOCK, "DEFAULT");
    dba.add(rows, "ALTER TABLE orders ADD COLUMN channel text", Verdict.ALLOW, "SQL-024");
    bench.add(
        rows, "SELECT abalance FROM pgbench_accounts WHERE aid = 1", Verdict.ALLOW, "SQL-026");
    kubernetes(rows);
    return rows;
  }

  private static void kubernetes(List<TestRow> rows) {
    Examples agent = new Examples(List.of("ai-agents"), DemoCluster.PROD_EU, "production");
    agent.add(rows, "kubectl list pods in prod", Verdict.ALLOW, "KUB-001");
    agent.add(rows, "kubectl list pods", Verdict.ALLOW, "KUB-001");
    agent.add(rows, "kubectl get secrets db in prod", Verdict.MASK, "KUB-002");
    agent.add(rows, "kubectl watch secrets", Verdict.MASK, "KUB-002");
    agent.add(rows, "kubectl get pods/log web-1 in prod", Verdict.MASK, "KUB-003");
    agent.add(rows, "kubectl delete namespaces prod in prod", Verdict.BLOCK, "KUB-005");
    agent.add(rows, "kubectl create pods in dev with privileged", Verdict.BLOCK, "KUB-006");
    agent.add(
        rows,
        "kubectl patch deployments.apps web in prod with host path",
        Verdict.BLOCK,
        "KUB-007");
    agent.add(
        rows,
        "kubectl create clusterrolebindings.rbac.authorization.k8s.io with grants rights",
        Verdict.BLOCK,
        "KUB-010");
    agent.add(rows, "kubectl list pods in prod with impersonation", Verdict.BLOCK, "KUB-012");
    agent.add(
        rows,
        "kubectl create pods in dev with image elsewhere.example/x:1",
        Verdict.BLOCK,
        "KUB-013");
    agent.add(
        rows,
        "kubectl create pods in dev with image registry.shop.example/web:1",
        Verdict.ALLOW,
        "KUB-015");
    agent.add(rows, "kubectl patch deployments.apps/scale web in prod", Verdict.APPROVE, "KUB-014");
    agent.add(rows, "kubectl create pods/exec web-1 in prod", Verdict.APPROVE, "KUB-014");
    agent.add(rows, "kubectl create pods/exec web-1 in dev", Verdict.ALLOW, "KUB-015");
    agent.add(
        rows,
        "kubectl create selfsubjectaccessreviews.authorization.k8s.io",
        Verdict.ALLOW,
        "KUB-016");
    agent.add(rows, "kubectl create subjectaccessreviews.authorization.k8s.io", Verdict.BLOCK, "");
    agent.add(rows, "kubectl create namespaces", Verdict.BLOCK, "");
  }

  /** Examples of one subject on one resource. */
  private record Examples(List<String> groups, String resource, String environment) {

    void add(List<TestRow> rows, String sql, Verdict verdict, String rule) {
      rows.add(
          new TestRow(
              rows.size() + FIRST_ROW,
              "TEST-%02d".formatted(rows.size() + 1),
              groups,
              resource,
              environment,
              sql,
              verdict,
              rule));
    }
  }
}
