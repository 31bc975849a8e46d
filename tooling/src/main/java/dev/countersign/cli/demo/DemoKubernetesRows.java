package dev.countersign.cli.demo;

import dev.countersign.rules.workbook.KubeCondition;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of the demo's sheet Kubernetes, one call each, in the order of their ids. */
final class DemoKubernetesRows {

  /** The set of the sheet Lists with the kinds that hold no values of their own. */
  static final String EVERYDAY = "everyday-objects";

  /** The set with the kinds whose objects may hold passwords. */
  static final String CONFIDENTIAL = "objects-with-values";

  private static final int FIRST_ROW = 2;
  private static final String ANY = "*";
  private static final String READING = "get, list, watch";
  private static final String BRINGING = "create, update, patch";
  private static final String PROD = "prod";
  private static final String DEV = "dev";
  private static final Ruling ASK =
      new Ruling.Approve(List.of("dba-approvers"), Duration.ofMinutes(15));

  private final List<KubernetesRow> rows = new ArrayList<>();

  private DemoKubernetesRows() {}

  static List<KubernetesRow> all() {
    DemoKubernetesRows sheet = new DemoKubernetesRows();
    sheet.reads();
    sheet.whatNobodyBrings();
    sheet.changes();
    return List.copyOf(sheet.rows);
  }

  private void reads() {
    // KUB-001
    add(
        Ruling.ALLOW,
        READING,
        "@" + EVERYDAY,
        ANY,
        "what runs where is no secret: values come from Secrets",
        "");
    // KUB-002
    add(
        Ruling.MASK,
        READING,
        "@" + CONFIDENTIAL,
        ANY,
        "these objects hold passwords: their values are hidden",
        "");
    // KUB-003
    add(Ruling.MASK, "get", "pods/log", ANY, "programs write passwords into their logs", "");
    // KUB-004
    add(Ruling.ALLOW, "get", "/*", KubernetesRow.NO_NAMESPACE, "clients ask what there is", "");
  }

  private void whatNobodyBrings() {
    // KUB-005
    add(
        Ruling.BLOCK,
        "delete, deletecollection",
        "namespaces",
        ANY,
        "a namespace takes everything in it along",
        "Delete what you mean, one by one.");
    // KUB-006
    forbid(
        KubeCondition.PRIVILEGED,
        "a privileged container owns its node",
        "Leave privileged out; ask the platform team for the one right that is needed.");
    // KUB-007
    forbid(
        KubeCondition.HOST_PATH,
        "directories of the node are not for workloads",
        "Use a volume claim or an emptyDir.");
    // KUB-008
    forbid(
        KubeCondition.HOST_NAMESPACE,
        "the node's network and processes are not for workloads",
        "Use a Service.");
    // KUB-009
    forbid(
        KubeCondition.ADDED_CAPABILITY,
        "capabilities beyond the usual ones break out of containers",
        "Leave capabilities.add out.");
    // KUB-010
    forbid(
        KubeCondition.GRANTS_RIGHTS,
        "nobody grants rights but the platform team",
        "Ask the platform team for the role.");
    // KUB-011
    forbid(
        KubeCondition.ADMISSION_WEBHOOK,
        "a webhook sees and changes what others ask for",
        "Ask the platform team.");
    // KUB-012
    add(
        Ruling.BLOCK,
        ANY,
        ANY,
        ANY,
        KubeCondition.IMPERSONATION,
        "everybody acts as who they are",
        "Leave --as and --as-group out.");
    // KUB-013
    forbid(
        KubeCondition.FOREIGN_IMAGE,
        "images come from the shop's own registry",
        "Have the image copied to registry.shop.example.");
  }

  private void changes() {
    // KUB-014
    add(
        ASK,
        BRINGING + ", delete, deletecollection",
        ANY,
        PROD,
        "a human looks at what changes in production, and at terminals there",
        "Try it in the namespace dev first.");
    // KUB-015
    add(
        Ruling.ALLOW,
        BRINGING + ", delete",
        ANY,
        DEV,
        "agents do as they like in dev; what they type there is recorded",
        "");
    // KUB-016
    add(
        Ruling.ALLOW,
        "create",
        "selfsubject*.k8s.io",
        KubernetesRow.NO_NAMESPACE,
        "kubectl auth can-i and whoami: a question about oneself, of which nothing is stored",
        "");
  }

  static List<String> everyday() {
    return List.of(
        "pods",
        "services",
        "endpoints",
        "endpointslices.discovery.k8s.io",
        "events",
        "events.events.k8s.io",
        "namespaces",
        "nodes",
        "serviceaccounts",
        "*/scale");
  }

  static List<String> confidential() {
    return List.of(
        "secrets",
        "configmaps",
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "replicasets.apps",
        "jobs.batch",
        "cronjobs.batch");
  }

  private void forbid(KubeCondition condition, String reason, String hint) {
    add(Ruling.BLOCK, BRINGING, ANY, ANY, condition, reason, hint);
  }

  private void add(
      Ruling ruling, String actions, String object, String namespace, String reason, String hint) {
    add(ruling, actions, object, namespace, KubeCondition.ALWAYS, reason, hint);
  }

  private void add(
      Ruling ruling,
      String actions,
      String object,
      String namespace,
      KubeCondition condition,
      String reason,
      String hint) {
    rows.add(
        new KubernetesRow(
            Particulars.of(
                rows.size() + FIRST_ROW,
                "KUB-%03d".formatted(rows.size() + 1),
                reason,
                hint,
                List.of("AC-3", "CM-5")),
            new Scope(List.of("@readers"), DemoCluster.PROD_EU, ANY),
            Arrays.asList(actions.split(", ", -1)),
            object,
            namespace,
            condition,
            ruling));
  }
}
