package dev.countersign.audit.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares with an API server's audit log, {@code audit.k8s.io/v1} events as JSON lines. The
 * gateway sends its decision's name as the request's {@code Audit-ID}.
 */
public final class KubernetesReconciliation {

  private static final int DEPTH = 200;
  private static final int MOST_REQUESTS = 10_000_000;

  private static final ObjectReader JSON =
      new JsonMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxStringLength(LogLines.LONGEST)
                          .build())
                  .build())
          .reader();

  private static final Pattern OWN_READ = Pattern.compile("get|list|watch");
  private static final Pattern DRY_RUN = Pattern.compile(".*[?&]dryRun=All(&.*)?");

  private final Reconciliation reconciliation;
  private final List<Pattern> ignored;
  private final Set<String> seen = new HashSet<>();

  /**
   * What to compare.
   *
   * @param ignored names of users that need no gateway, {@code *} for any characters: the cluster's
   *     own parts
   */
  public KubernetesReconciliation(Reconciliation.Question question, List<String> ignored) {
    reconciliation = new Reconciliation(question, new RequestNaming());
    this.ignored =
        ignored.stream()
            .map(glob -> Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q")))
            .toList();
  }

  /** Requests by their decision, verb and path. */
  private static final class RequestNaming implements Reconciliation.Naming {
    @Override
    public List<String> keys(Event.CommandDecided decided) {
      if (!(decided.facts() instanceof CommandFacts.Kubernetes kubernetes)
          || kubernetes.request().dryRun()) {
        return List.of(); // the gateway sends some of its own, and nothing is stored
      }
      String line = decided.text().lines().findFirst().orElse("");
      return List.of(
          key(
              decided.session() + "/" + decided.command(),
              kubernetes.request().verb().toString(),
              line.substring(line.indexOf(' ') + 1)));
    }

    @Override
    public boolean changes(Event.CommandDecided decided) {
      return decided.facts() instanceof CommandFacts.Kubernetes kubernetes
          && kubernetes.request().verb().changesState();
    }
  }

  private static String key(String decision, String verb, String path) {
    return decision + " " + verb + " " + path;
  }

  /** Compares. */
  public Outcome with(List<Path> logs) throws IOException {
    for (Path log : logs) {
      read(log);
    }
    return reconciliation.outcome();
  }

  private void read(Path log) throws IOException {
    try (LogLines lines = new LogLines(log)) {
      String line = lines.next();
      String where = lines.where();
      while (line != null) {
        String following = lines.next();
        try {
          event(JSON.readTree(line), where);
        } catch (JsonProcessingException | DateTimeException e) {
          if (following != null) {
            throw new UnreadableLogException(where, "no audit event of Kubernetes");
          }
        }
        line = following;
        where = lines.where();
      }
    }
  }

  private void event(JsonNode json, String where) throws IOException {
    if (!json.path("kind").asText().equals("Event")
        || !json.path("apiVersion").asText().startsWith("audit.k8s.io/")) {
      throw new UnreadableLogException(where, "no audit event of Kubernetes");
    }
    String user = json.path("user").path("username").asText();
    if (ignored.stream().anyMatch(pattern -> pattern.matcher(user).matches())) {
      reconciliation.ignore();
      return;
    }
    String id = json.path("auditID").asText();
    String stage = json.path("stage").asText();
    if (seen.size() > MOST_REQUESTS) {
      throw new UnreadableLogException(
          where, "more than %d requests; compare a part of the log".formatted(MOST_REQUESTS));
    }
    // A request has an event for each of its stages; two of the same stage are two requests.
    boolean isAgain = !seen.add(id + " " + stage);
    if (!seen.add(id) && !isAgain) {
      return;
    }
    String verb = json.path("verb").asText();
    String path = json.path("requestURI").asText();
    reconciliation.entry(
        new UpstreamEntry(
            Instant.parse(json.path("requestReceivedTimestamp").asText()),
            where,
            who(json, user),
            Optional.empty(),
            key(id, verb, path),
            verb + " " + path,
            origin(json, id, verb, path)));
  }

  private static String who(JsonNode json, String user) {
    String as = json.path("impersonatedUser").path("username").asText();
    return user
        + (as.isEmpty() ? "" : " as " + as)
        + " from "
        + json.path("sourceIPs").path(0).asText("nowhere");
  }

  private static UpstreamEntry.Origin origin(JsonNode json, String id, String verb, String path) {
    boolean isNamed = json.path("userAgent").asText().equals("countersign");
    if (isNamed && DRY_RUN.matcher(path).matches()) {
      return UpstreamEntry.Origin.GATEWAY;
    }
    if (id.contains("/") || !isNamed) {
      return UpstreamEntry.Origin.SESSION;
    }
    return OWN_READ.matcher(verb).matches()
        ? UpstreamEntry.Origin.GATEWAY
        : UpstreamEntry.Origin.SESSION;
  }
}
