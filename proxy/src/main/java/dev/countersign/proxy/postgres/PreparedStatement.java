package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.wire.RowDescription;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement prepared by the extended protocol. Confined to the session's event loop.
 *
 * <p>The upstream knows it by a name of the gateway's, which no other statement of the session ever
 * had: what was judged and what the name means upstream can not come apart (PG-P21).
 */
final class PreparedStatement {

  final String name;
  final String upstreamName;
  final String text;
  final List<Integer> parameterTypes;

  /** Empty for a text without a statement. */
  final Optional<ClassifiedStatement> classified;

  /** What the upstream said of its columns, with formats unchosen; null until it did. */
  @Nullable RowDescription description;

  PreparedStatement(
      String name,
      String upstreamName,
      String text,
      List<Integer> parameterTypes,
      Optional<ClassifiedStatement> classified) {
    this.name = name;
    this.upstreamName = upstreamName;
    this.text = text;
    this.parameterTypes = parameterTypes;
    this.classified = classified;
  }

  /** Whether what it runs is known only by a name. */
  boolean runsByName() {
    return classified.map(ClassifiedStatement::runsByName).orElse(false);
  }
}
