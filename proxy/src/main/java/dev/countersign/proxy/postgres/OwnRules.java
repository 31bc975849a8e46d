package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.sql.Lineage;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * The gateway's own rules over one set of masks. Statements that differ in their values only share
 * what was understood of them, and are not looked at again. Confined to the session's event loop.
 */
final class OwnRules {

  private static final int MOST = 1_024;

  private record Answer(SqlStatement facts, Optional<MatchedRow> refusal) {}

  private final MaskedColumns masked;
  private final String login;
  private final IdentityHashMap<Lineage, Answer> known = new IdentityHashMap<>();

  /**
   * @param login the role by which the gateway logs in
   */
  OwnRules(MaskedColumns masked, String login) {
    this.masked = requireNonNull(masked, "masked");
    this.login = requireNonNull(login, "login");
  }

  MaskedColumns masked() {
    return masked;
  }

  /** The rule that refuses a statement, if any does. */
  @SuppressWarnings("ReferenceEquality") // Whether they are the very facts that were looked at.
  Optional<MatchedRow> refusal(ClassifiedStatement statement) {
    if (statement.kind() instanceof Kind.AlterRole(String role) && isOwn(role)) {
      return GatewayRules.ofOwnRole();
    }
    if (!dependsOnFactsOnly(statement)) {
      return GatewayRules.refusal(statement, masked);
    }
    Answer before = known.get(statement.lineage());
    if (before != null && before.facts == statement.facts()) {
      return before.refusal;
    }
    Optional<MatchedRow> refusal = GatewayRules.refusal(statement, masked);
    if (known.size() >= MOST) {
      known.clear();
    }
    known.put(statement.lineage(), new Answer(statement.facts(), refusal));
    return refusal;
  }

  private boolean isOwn(String role) {
    return role.isEmpty() || role.equals(login) || role.startsWith(SessionRoles.PREFIX);
  }

  /** One rule reads the text where a function is called; of other kinds some read their values. */
  private static boolean dependsOnFactsOnly(ClassifiedStatement statement) {
    return statement.kind() instanceof Kind.Plain && statement.facts().functions().isEmpty();
  }
}
