package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.Target;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names in SQL commands as the upstream knows them. Statements and portals of the extended
 * protocol and those made by SQL commands share their names (PG-P23): where a command is about one
 * of the extended protocol, it is sent with the gateway's name for it. Confined to the session's
 * event loop.
 */
final class SentNames {

  /** A name that is the gateway's and that nothing ever had. */
  static final String NOTHING = SessionNames.RESERVED_PREFIX + "none";

  private final ProtocolNames protocol;
  private final SessionNames names;

  SentNames(ProtocolNames protocol, SessionNames names) {
    this.protocol = protocol;
    this.names = names;
  }

  /** Whether it hangs on what names mean how a text is sent, or whether it is. */
  static boolean matter(List<ClassifiedStatement> statements) {
    return statements.stream().anyMatch(SentNames::matter);
  }

  static boolean matter(ClassifiedStatement statement) {
    return statement.refersTo().isPresent() || statement.kind() instanceof Kind.Naming;
  }

  /** The name with which a statement is sent; empty if it is sent as it is. */
  Optional<String> sent(ClassifiedStatement statement) {
    return statement
        .refersTo()
        .flatMap(
            name ->
                name.startsWith(SessionNames.RESERVED_PREFIX)
                    ? Optional.of(NOTHING)
                    : upstreamName(statement.kind(), name));
  }

  private Optional<String> upstreamName(Kind kind, String name) {
    return switch (kind) {
      case Kind.Execute _, Kind.Deallocate _ ->
          Optional.ofNullable(protocol.statement(name)).map(statement -> statement.upstreamName);
      case Kind.Fetch _, Kind.CloseCursor _ ->
          Optional.ofNullable(protocol.portal(name)).map(portal -> portal.upstreamName);
      case Kind.Naming _, Kind.Nameless _ -> Optional.empty();
    };
  }

  /** Why the statements of one text cannot be sent, if they cannot. */
  Optional<Refusal> objection(List<ClassifiedStatement> statements) {
    for (int i = 0; i < statements.size(); i++) {
      Kind kind = statements.get(i).kind();
      Optional<Refusal> taken = taken(kind);
      if (taken.isPresent()
          && statements.subList(0, i).stream().noneMatch(before -> frees(before.kind(), kind))) {
        return taken;
      }
    }
    return statements.size() > 1
            && statements.stream().anyMatch(statement -> sent(statement).isPresent())
        ? Optional.of(
            new Refusal(
                Refusal.INSUFFICIENT_PRIVILEGE,
                "a name of the extended protocol stands among other statements",
                "",
                "Send the statement by itself."))
        : Optional.empty();
  }

  /** Whether a statement drops all names of the sort that another one gives. */
  private static boolean frees(Kind kind, Kind naming) {
    return switch (naming) {
      case Kind.Prepare _ ->
          kind instanceof Kind.Deallocate(Optional<String> name) && name.isEmpty();
      case Kind.DeclareCursor _ ->
          kind instanceof Kind.CloseCursor(Optional<String> name) && name.isEmpty();
      case Kind.Referring _, Kind.Nameless _ -> false;
    };
  }

  /** Why a name cannot be given: what the upstream would say if it were the same there. */
  Optional<Refusal> taken(Kind kind) {
    return switch (kind) {
      case Kind.Prepare(String name, ClassifiedStatement _) ->
          protocol.statement(name) == null
              ? full(Target.STATEMENT, name)
              : Optional.of(Refusal.duplicateStatement(name));
      case Kind.DeclareCursor(String name, ClassifiedStatement _, boolean _) ->
          protocol.portal(name) == null
              ? full(Target.PORTAL, name)
              : Optional.of(Refusal.duplicateCursor(name));
      case Kind.Referring _, Kind.Nameless _ -> Optional.empty();
    };
  }

  private Optional<Refusal> full(Target target, String name) {
    return names.isFull(target) && !isMadeBySql(target, name)
        ? Optional.of(Refusal.tooMany(target))
        : Optional.empty();
  }

  /** The statement of a name, whoever made it; null if there is none. */
  @Nullable PreparedStatement statement(String name) {
    PreparedStatement own = protocol.statement(name);
    return own != null
        ? own
        : names.prepared(name).map(inner -> PreparedStatement.ofSql(name, inner)).orElse(null);
  }

  /** Whether a SQL command made something of that name. */
  boolean isMadeBySql(Target target, String name) {
    return switch (target) {
      case STATEMENT -> names.prepared(name).isPresent();
      case PORTAL -> names.cursor(name).isPresent();
    };
  }

  /** The upstream's name for what a message of the extended protocol drops. */
  String closed(Target target, String name) {
    Optional<String> sent =
        switch (target) {
          case STATEMENT ->
              Optional.ofNullable(protocol.statement(name))
                  .map(statement -> statement.upstreamName);
          case PORTAL ->
              Optional.ofNullable(protocol.portal(name)).map(portal -> portal.upstreamName);
        };
    return sent.orElse(isMadeBySql(target, name) ? name : NOTHING);
  }
}
