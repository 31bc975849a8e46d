package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.proxy.postgres.wire.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream still owes for a message that was sent to it. Replies come in the order of the
 * messages; after an error the upstream skips all messages up to the next Sync.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html">Message flow</a>
 */
sealed interface Reply {

  /** For a Query: the results of its statements, then ReadyForQuery. */
  final class OfQuery implements Reply {
    final String text;
    final List<StatementJudge.Judged> statements;
    final MaskedColumns masked;
    final Recorder.@Nullable Command command;
    int statement;

    /** Whether one of the statements has completed. */
    boolean ran;

    @Nullable ResultMask mask;
    @Nullable RowDescription description;

    /**
     * @param command null for a text without statements
     */
    OfQuery(
        String text,
        List<StatementJudge.Judged> statements,
        MaskedColumns masked,
        Recorder.@Nullable Command command) {
      this.text = text;
      this.statements = statements;
      this.masked = masked;
      this.command = command;
    }
  }

  /** For a Query that stands for a refused message: its error becomes ours, then ReadyForQuery. */
  final class OfRefusedQuery implements Reply {
    final Refusal refusal;
    boolean refused;

    OfRefusedQuery(Refusal refusal) {
      this.refusal = refusal;
    }
  }

  /**
   * For a Parse or Bind that stands for a refused message: its error becomes ours.
   *
   * @param name it was sent under
   */
  record OfRefused(Refusal refusal, String name) implements Reply {}

  /** ParseComplete. */
  record OfParse(PreparedStatement statement) implements Reply {}

  /** BindComplete. */
  record OfBind(Portal portal) implements Reply {}

  /** ParameterDescription, then RowDescription or NoData. */
  record OfDescribeStatement(PreparedStatement statement) implements Reply {}

  /**
   * RowDescription or NoData.
   *
   * @param isOurs whether the gateway asked, so that the client gets nothing of it
   */
  record OfDescribePortal(Portal portal, boolean isOurs) implements Reply {}

  /** RowDescription or NoData, of a cursor that a SQL command declared. */
  record OfDescribeCursor() implements Reply {}

  /** Rows, then CommandComplete, EmptyQueryResponse or PortalSuspended. */
  record OfExecute(Portal portal) implements Reply {}

  /** CloseComplete. */
  record OfClose(Target target, String name) implements Reply {}

  /** ReadyForQuery. */
  record OfSync() implements Reply {}
}
