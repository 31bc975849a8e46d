package dev.countersign.decision.approval;

import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.store.Stored;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Requests whose clients come again instead of waiting, in the table of requests: any gateway finds
 * them, and one of all that want an answer takes it.
 */
final class KeptTable {

  private final Jdbi jdbi;

  KeptTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Keeps a request.
   *
   * @return whether it was there to be kept
   */
  boolean keep(String id, String objects) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createUpdate(
                        """
                        UPDATE approval SET kept = true, kept_state = :objects
                        WHERE id = :id AND NOT kept AND state IN ('WAITING', 'APPROVED')
                        """)
                    .bind("id", id)
                    .bind("objects", objects)
                    .execute())
        == 1;
  }

  /** The newest that is kept for a command, and that nobody has taken. */
  Optional<Approvals.Kept> find(String digest, Function<String, URI> url) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id, state, digest, approver, comment, expires_at, kept_state FROM approval
                    WHERE digest = :digest AND kept AND taken_at IS NULL
                      AND state IN ('WAITING', 'APPROVED', 'DENIED')
                      AND (state <> 'WAITING' OR expires_at > clock_timestamp())
                    ORDER BY requested_at DESC LIMIT 1
                    """)
                .bind("digest", digest)
                .map((row, context) -> kept(row, url))
                .findOne());
  }

  private static Approvals.Kept kept(ResultSet row, Function<String, URI> url) throws SQLException {
    String id = row.getString("id");
    return new Approvals.Kept(
        new Approvals.Pending(
            id,
            row.getString("digest"),
            url.apply(id),
            Stored.instant(row, "expires_at"),
            outcome(row)),
        row.getString("kept_state"));
  }

  private static CompletionStage<Outcome> outcome(ResultSet row) throws SQLException {
    String comment = row.getString("comment");
    return switch (State.valueOf(row.getString("state"))) {
      case APPROVED ->
          CompletableFuture.completedStage(
              new Outcome.Approved(
                  ApprovalRow.approver(row).orElseThrow(), comment, row.getString("digest")));
      case DENIED ->
          CompletableFuture.completedStage(
              new Outcome.Denied(ApprovalRow.approver(row).orElseThrow(), comment));
      case WAITING, EXPIRED, WITHDRAWN, EXECUTED, FAILED -> new CompletableFuture<>();
    };
  }

  /** Takes the answer: of any number of gateways one gets it. */
  boolean take(String id, UUID waiter) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createUpdate(
                        """
                        UPDATE approval SET taken_at = clock_timestamp(), waiter = :waiter
                        WHERE id = :id AND kept AND taken_at IS NULL AND state <> 'WAITING'
                        """)
                    .bind("id", id)
                    .bind("waiter", waiter)
                    .execute())
        == 1;
  }
}
