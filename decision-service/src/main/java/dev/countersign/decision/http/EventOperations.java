package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.live.LiveEvent;
import dev.countersign.decision.live.LiveEvent.Kind;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells callers of what happens while it happens. A caller hears of what its lists would show it,
 * for as long as its token is good.
 */
final class EventOperations {

  /** Between two signs of life; the token is looked at again as often. */
  private static final Duration BEAT = Duration.ofSeconds(10);

  private final LiveEvents events;
  private final StoredApprovals approvals;
  private final AccessApi access;
  private final Caller caller;
  private final Watchers watchers = new Watchers();

  EventOperations(StoredApprovals approvals, AccessApi access, Caller caller) {
    this.events = access.events();
    this.approvals = approvals;
    this.access = access;
    this.caller = caller;
  }

  void follow(HttpServerExchange exchange) throws ApiError, IOException {
    VerifiedToken token = caller.require(exchange);
    Set<Kind> kinds = kinds(exchange);
    Optional<Long> last = EventStream.lastId(exchange);
    try (Watchers.Place _ = watchers.enter(token.subject())) {
      boolean missed = last.isPresent() && !events.isKnown(last.get());
      long from = missed || last.isEmpty() ? events.latest() : last.get();
      EventStream stream = EventStream.begin(exchange);
      stream.send(from, "ready", ApiJson.object().put("missed", missed));
      tell(exchange, stream, token, kinds, from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(
      HttpServerExchange exchange,
      EventStream stream,
      VerifiedToken token,
      Set<Kind> kinds,
      long from)
      throws IOException, InterruptedException {
    long seen = from;
    while (!Thread.currentThread().isInterrupted()) {
      List<LiveEvent> more = events.after(seen, BEAT);
      if (!caller.isStillGood(exchange, token)) {
        return;
      }
      if (more.isEmpty()) {
        stream.beat();
        continue;
      }
      send(stream, token.subject(), more.stream().filter(e -> kinds.contains(e.kind())).toList());
      seen = more.getLast().id();
    }
  }

  private void send(EventStream stream, Subject viewer, List<LiveEvent> happened)
      throws IOException {
    Map<String, Approval.Summary> visible =
        approvals
            .summaries(
                viewer,
                happened.stream()
                    .filter(event -> event.kind() == Kind.APPROVAL)
                    .map(LiveEvent::about)
                    .collect(Collectors.toSet()))
            .stream()
            .collect(Collectors.toMap(Approval.Summary::id, Function.identity()));
    for (LiveEvent event : happened) {
      Optional<ObjectNode> told =
          switch (event.kind()) {
            case APPROVAL ->
                Optional.ofNullable(visible.get(event.about()))
                    .map(summary -> about(event, viewer, summary));
            case GRANT, SESSION ->
                access.maySee(viewer, event.subject()) ? Optional.of(of(event)) : Optional.empty();
          };
      if (told.isPresent()) {
        stream.send(event.id(), event.type(), told.get());
      }
    }
  }

  private ObjectNode about(LiveEvent event, Subject viewer, Approval.Summary summary) {
    ObjectNode out = of(event);
    out.set("approval", ApprovalJson.summary(summary, approvals.mayAnswer(viewer, summary)));
    return out;
  }

  private static ObjectNode of(LiveEvent event) {
    ObjectNode out = ApiJson.object();
    out.put("type", event.type());
    out.put("at", event.at().toString());
    out.put("about", event.about());
    out.set("subject", ApiJson.subject(event.subject()));
    out.put("resource", event.resource());
    return out;
  }

  private static Set<Kind> kinds(HttpServerExchange exchange) throws ApiError {
    Deque<String> wanted = exchange.getQueryParameters().get("kind");
    if (wanted == null) {
      return EnumSet.allOf(Kind.class);
    }
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String word : wanted) {
      kinds.add(
          Arrays.stream(Kind.values())
              .filter(kind -> kind.word().equals(word))
              .findFirst()
              .orElseThrow(
                  () -> ApiError.badRequest("kind is one of approval, grant and session")));
    }
    return kinds;
  }
}
