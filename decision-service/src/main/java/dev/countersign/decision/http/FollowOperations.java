package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.live.SessionLine;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Lets somebody read along what runs in an open session: auditors in any, and those who are asked
 * for an approval in the one that waits for it. Each reading is on the record.
 */
final class FollowOperations {

  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final String CLOSED = "session.closed";

  private final AccessApi api;
  private final StoredApprovals approvals;
  private final Caller caller;
  private final Watchers watchers = new Watchers();

  FollowOperations(AccessApi api, StoredApprovals approvals, Caller caller) {
    this.api = api;
    this.approvals = approvals;
    this.caller = caller;
  }

  void follow(HttpServerExchange exchange) throws ApiError, IOException {
    VerifiedToken token = caller.require(exchange);
    LiveSession session = session(ApprovalOperations.id(exchange), token.subject());
    Optional<Long> last = EventStream.lastId(exchange);
    try (Watchers.Place _ = watchers.enter(token.subject())) {
      SessionId id = new SessionId(session.id());
      long from = api.feed().begin(id, token.subject());
      EventStream stream = EventStream.begin(exchange);
      stream.send(from, "ready", AccessJson.session(session));
      BooleanSupplier mayGoOn =
          () -> caller.isStillGood(exchange, token) && mayFollow(token.subject(), session);
      tell(stream, mayGoOn, id, last.orElse(from));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LiveSession session(String id, Subject viewer) throws ApiError {
    return api.sessions()
        .find(id)
        .filter(session -> mayFollow(viewer, session))
        .orElseThrow(
            () ->
                ApiError.refused(
                    404,
                    "not_found",
                    "there is no such open session, or none that you may read along",
                    "auditors may, and approvers while the session waits for them; list them:"
                        + " countersign sessions live"));
  }

  private boolean mayFollow(Subject viewer, LiveSession session) {
    return api.mayReadAlong(viewer) || isAskedIn(viewer, session);
  }

  private boolean isAskedIn(Subject viewer, LiveSession session) {
    return approvals.list(viewer, Optional.of(Approval.State.WAITING)).stream()
        .filter(waiting -> waiting.session().equals(session.id()))
        .anyMatch(waiting -> approvals.mayAnswer(viewer, waiting));
  }

  /** A right that has ended while nothing happened ends the stream before the next line. */
  private void tell(EventStream stream, BooleanSupplier mayGoOn, SessionId session, long from)
      throws IOException, InterruptedException {
    long seen = from;
    while (!Thread.currentThread().isInterrupted()) {
      List<SessionLine> lines = api.feed().after(session, seen, BEAT);
      if (!mayGoOn.getAsBoolean()) {
        return;
      }
      for (SessionLine line : lines) {
        stream.send(line.id(), line.type(), line.data());
        seen = line.id();
        if (line.type().equals(CLOSED)) {
          return;
        }
      }
      if (lines.isEmpty()) {
        if (api.sessions().find(session.value()).isEmpty()) {
          ObjectNode gone = ApiJson.object().put("reason", "it is not open any more");
          stream.send(seen, CLOSED, gone.toString());
          return;
        }
        stream.beat();
      }
      api.feed().goOn(session);
    }
  }
}
