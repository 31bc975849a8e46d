package dev.countersign.audit.kibana;

import dev.countersign.audit.kibana.Panel.Chart;
import dev.countersign.audit.kibana.Panel.Grid;
import dev.countersign.audit.kibana.Panel.Metric;
import java.util.List;
import java.util.Optional;

/** The dashboards: what happens, who says yes, and what is out of the ordinary. */
record Dashboard(String id, String title, String description, List<Panel> panels) {

  private static final String DECIDED = "event.action : \"command.decided\"";

  Dashboard {
    panels = List.copyOf(panels);
  }

  static List<Dashboard> all() {
    return List.of(overview(), approvals(), risk());
  }

  private static Dashboard overview() {
    return new Dashboard(
        "countersign-overview",
        "Countersign: overview",
        "What agents do, and what becomes of it.",
        List.of(
            number("Commands", DECIDED, Metric.COUNT, 0),
            number("Blocked", DECIDED + " and countersign.verdict : \"BLOCK\"", Metric.COUNT, 12),
            number("Sessions refused", "event.action : \"session.refused\"", Metric.COUNT, 24),
            number("Subjects", DECIDED, new Metric("Subjects", "unique_count", "user.id"), 36),
            over("Commands by verdict", DECIDED, "countersign.verdict", 0, 8),
            top("Verdicts", DECIDED, Chart.DONUT, "countersign.verdict", 24, 8, 12),
            top("Protocols", DECIDED, Chart.DONUT, "service.target.type", 36, 8, 12),
            top("Who", DECIDED, Chart.TABLE, "user.name", 0, 20, 16),
            top("On what", DECIDED, Chart.TABLE, "countersign.resource.name", 16, 20, 16),
            top("Rows that decide", DECIDED, Chart.TABLE, "rule.id", 32, 20, 16),
            top("Tables", DECIDED, Chart.TABLE, "countersign.command.tables", 0, 34, 24),
            top(
                "Masked columns",
                "event.action : \"command.completed\"",
                Chart.TABLE,
                "countersign.command.masked_columns",
                24,
                34,
                24)));
  }

  private static Dashboard approvals() {
    String answered = "event.action : \"approval.answered\"";
    return new Dashboard(
        "countersign-approvals",
        "Countersign: approvals",
        "What waits for people, what they answer, and who answers.",
        List.of(
            number("Requested", "event.action : \"approval.requested\"", Metric.COUNT, 0),
            number(
                "Approved",
                answered + " and countersign.approval.answer : \"APPROVED\"",
                Metric.COUNT,
                12),
            number(
                "Denied",
                answered + " and countersign.approval.answer : \"DENIED\"",
                Metric.COUNT,
                24),
            number(
                "Expired",
                answered + " and countersign.approval.answer : \"EXPIRED\"",
                Metric.COUNT,
                36),
            over("Answers", answered, "countersign.approval.answer", 0, 8),
            top(
                "Who answers",
                answered,
                Chart.TABLE,
                "countersign.approval.approver.name",
                24,
                8,
                24),
            top("Rows that ask", answered, Chart.TABLE, "rule.id", 0, 22, 16),
            top("For whom", answered, Chart.TABLE, "user.name", 16, 22, 16),
            top("On what", answered, Chart.TABLE, "countersign.resource.name", 32, 22, 16)));
  }

  private static Dashboard risk() {
    String risky = DECIDED + " and event.risk_score >= 1";
    return new Dashboard(
        "countersign-risk",
        "Countersign: risk and anomalies",
        "What scored, what was not understood, what was pushed with secrets, what controls say.",
        List.of(
            number("Highest risk", risky, new Metric("Points", "max", "event.risk_score"), 0),
            number(
                "Not told by their text",
                DECIDED + " and countersign.command.opaque : true",
                Metric.COUNT,
                12),
            number("Secrets in pushes", "countersign.git.secrets : *", Metric.COUNT, 24),
            number(
                "Controls not satisfied",
                "event.action : \"control.assessed\" and countersign.control.satisfied : false",
                Metric.COUNT,
                36),
            over("Commands with risk points", risky, "countersign.verdict", 0, 8),
            top("Riskiest subjects", risky, Chart.TABLE, "user.name", 24, 8, 24),
            top("Kubernetes traits", "", Chart.TABLE, "countersign.kubernetes.traits", 0, 22, 16),
            top("Detectors", "", Chart.TABLE, "countersign.git.secrets", 16, 22, 16),
            top(
                "Failing statements",
                "event.action : \"command.completed\" and event.outcome : \"failure\"",
                Chart.TABLE,
                "db.response.status_code",
                32,
                22,
                16)));
  }

  private static Panel number(String title, String query, Metric metric, int x) {
    return new Panel(title, query, Chart.NUMBER, Optional.empty(), metric, new Grid(x, 0, 12, 8));
  }

  private static Panel over(String title, String query, String by, int x, int y) {
    return new Panel(
        title, query, Chart.BARS, Optional.of(by), Metric.COUNT, new Grid(x, y, 24, 12));
  }

  private static Panel top(
      String title, String query, Chart chart, String by, int x, int y, int width) {
    return new Panel(
        title,
        query,
        chart,
        Optional.of(by),
        Metric.COUNT,
        new Grid(x, y, width, chart == Chart.DONUT ? 12 : 14));
  }
}
