package dev.countersign.cli.demo;

import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.approvals.ApprovalsClient;
import dev.countersign.cli.terminal.Table;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A scripted agent at work through stock psql, git and kubectl, and an approver who answers through
 * the API.
 */
final class Tour {

  private static final int COMMAND_WIDTH = 60;
  private static final int SEEN_WIDTH = 78;
  private static final Duration INDEXING = Duration.ofSeconds(30);
  private static final String WANTED = "DROP TABLE orders";

  private final DemoWorld world;
  private final PrintWriter out;

  Tour(DemoWorld world, PrintWriter out) {
    this.world = world;
    this.out = out;
  }

  /** Whether everything came out as the workbook says. */
  boolean walk() throws Exception {
    List<String> canaries = canaries();
    List<String> faults = new ArrayList<>();
    Table table = new Table("COMMAND", "VERDICT", "DECIDED BY", "WHAT THE AGENT SAW");
    try (JournalTail journal = new JournalTail(world.running().journal())) {
      for (TourStep step : TourStep.script()) {
        out.println("  agent-7: " + VisibleText.excerpt(step.sql(), 90));
        out.flush();
        TourResult result = run(step, journal);
        table.row(
            VisibleText.excerpt(step.sql(), COMMAND_WIDTH),
            result.verdict(),
            result.row(),
            VisibleText.excerpt(result.seen(), SEEN_WIDTH));
        result
            .differences(canaries)
            .forEach(difference -> faults.add(VisibleText.line(step.sql() + ": " + difference)));
      }
      new GitTour(world, out, journal, faults).walk();
      new KubeTour(world, out, journal, faults).walk();
    }
    out.println();
    out.println(table);
    search("'" + WANTED + "'", AuditQuery.all().withText(WANTED).withUser("agent-7"), faults);
    if (Kubectl.isInstalled()) {
      search(
          "--resource prod-eu --verdict BLOCK",
          AuditQuery.all().withResource(DemoCluster.PROD_EU).withVerdict(Verdict.BLOCK),
          faults);
    }
    faults.forEach(fault -> out.println("NOT AS THE WORKBOOK SAYS  " + fault));
    out.println(
        faults.isEmpty() ? "Everything came out as the workbook says." : "The tour failed.");
    return faults.isEmpty();
  }

  private TourResult run(TourStep step, JournalTail journal) throws Exception {
    if (step.answer().isEmpty()) {
      Psql.Result result = world.agent().run(step.sql());
      return TourResult.of(step, journal.nextSession(), result.output());
    }
    ApprovalsClient bob =
        new ApprovalsClient(new ApiClient(world.running().api(), world.running().token("bob")));
    try (Approver _ = Approver.answering(bob, step.answer().get())) {
      Psql.Result result = world.agent().run(step.sql());
      List<RecordedEvent> events = journal.nextSession();
      return TourResult.of(step, events, result.output());
    }
  }

  /** The values of the row that the tour asks for, as only the database knows them. */
  private List<String> canaries() throws SQLException {
    try (Connection connection = world.databases().server().connect(DemoDatabases.ORDERS);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT email, ssn, phone FROM customers WHERE id = 7")) {
      row.next();
      return List.of(row.getString(1), row.getString(2), row.getString(3));
    }
  }

  /** Finds what was blocked again, in Elasticsearch where the demo has one. */
  private void search(String words, AuditQuery query, List<String> faults)
      throws IOException, InterruptedException {
    String where =
        world.running().elasticsearch().isPresent()
            ? "Elasticsearch"
            : "the journal (no Elasticsearch)";
    out.println("countersign sessions search " + words + "   finds in " + where + ":");
    List<AuditSearch.FoundCommand> found = find(query);
    Table table = new Table("TIME", "SESSION", "SUBJECT", "VERDICT", "ROW", "COMMAND");
    for (AuditSearch.FoundCommand command : found) {
      table.row(
          command.recorded().time(),
          command.decided().session(),
          command.session().map(session -> session.subject().name()).orElse(""),
          command.decided().verdict(),
          command.decided().rows().getFirst().rule(),
          VisibleText.excerpt(command.decided().text(), COMMAND_WIDTH));
    }
    out.println(table);
    if (found.isEmpty()) {
      faults.add("the search finds nothing");
    }
  }

  private List<AuditSearch.FoundCommand> find(AuditQuery query)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(INDEXING);
    try (AuditSearch search = audit()) {
      while (true) {
        List<AuditSearch.FoundCommand> found = found(search, query);
        if (found.size() >= 2 || Instant.now().isAfter(end)) {
          return found;
        }
        Thread.sleep(Duration.ofMillis(300));
      }
    }
  }

  /** The index is made by the first event: before that a search fails. */
  private static List<AuditSearch.FoundCommand> found(AuditSearch search, AuditQuery query)
      throws IOException {
    try {
      return search.commands(query);
    } catch (co.elastic.clients.elasticsearch._types.ElasticsearchException notYet) {
      return List.of();
    }
  }

  private AuditSearch audit() {
    return world
        .running()
        .elasticsearch()
        .map(url -> AuditSearch.in(ElasticsearchConfig.at(url)))
        .orElseGet(() -> AuditSearch.in(world.running().journal()));
  }
}
