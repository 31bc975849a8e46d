package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.RowDescription;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement bound to its parameters, judged and recorded. Confined to the session's event loop.
 */
final class Portal {

  final String name;
  final String upstreamName;
  final PreparedStatement statement;
  final Recorder.@Nullable Command command;
  final MaskedColumns masked;
  final String policyVersion;

  /** As in Bind: how the client wants each column. */
  final List<Short> resultFormats;

  /** The statement whose rows it gives; empty for a text without a statement. */
  final Optional<ClassifiedStatement> source;

  /** Null until the upstream has described the portal or its statement. */
  @Nullable ResultMask mask;

  /** What the rows are, if the upstream has been asked. */
  @Nullable RowDescription description;

  /**
   * @param command null for a text without a statement
   */
  Portal(
      String name,
      String upstreamName,
      PreparedStatement statement,
      Recorder.@Nullable Command command,
      Optional<ClassifiedStatement> source,
      MaskedColumns masked,
      String policyVersion,
      List<Short> resultFormats) {
    this.name = name;
    this.upstreamName = upstreamName;
    this.statement = statement;
    this.command = command;
    this.source = source;
    this.masked = masked;
    this.policyVersion = policyVersion;
    this.resultFormats = resultFormats;
  }

  ProtocolNames.Name names() {
    return new ProtocolNames.Name(name, upstreamName);
  }

  /** The upstream has told what its rows are. */
  void describe(RowDescription description) {
    this.description = description;
    source.ifPresent(
        statement -> {
          mask = ResultMask.of(description, statement, masked);
          if (command != null) {
            command.masked(mask.maskedColumns());
          }
        });
  }

  boolean needsMask() {
    return source.isPresent() && ResultMask.isNeeded(source.get(), masked);
  }

  /** Whether its rows have to be known: to hide something in them, or to tell who saw it. */
  boolean needsDescription() {
    return needsMask() || (source.isPresent() && GuardedColumns.isNeeded(source.get(), masked));
  }

  /** Whether it asks the client for rows. */
  boolean copiesIn() {
    return kind().filter(Kind.Copy.class::isInstance).map(Kind.Copy.class::cast).stream()
        .anyMatch(Kind.Copy::isFromClient);
  }

  /** What the session must know when it has run. */
  Optional<Kind> kind() {
    return statement.classified.map(ClassifiedStatement::kind);
  }
}
