package dev.countersign.rules.policy;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Trait;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.RiskFactor;
import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Which factors of the sheet Risk are true of a command. */
final class RiskFactors {

  private static final int FIRST_HOUR = 7;
  private static final int LAST_HOUR = 18;
  private static final int MANY_PARTS = 10;

  private static final Set<SqlVerb> DESTRUCTIVE =
      EnumSet.of(SqlVerb.DELETE, SqlVerb.TRUNCATE, SqlVerb.DROP);
  private static final Set<SqlVerb> OF_SCHEMA =
      EnumSet.of(SqlVerb.CREATE, SqlVerb.ALTER, SqlVerb.DROP);
  private static final Set<SqlVerb> OF_RIGHTS = EnumSet.of(SqlVerb.GRANT, SqlVerb.REVOKE);
  private static final Set<SqlVerb> LIMITED_BY_WHERE =
      EnumSet.of(SqlVerb.UPDATE, SqlVerb.DELETE, SqlVerb.TRUNCATE);
  private static final Set<Trait> PAST_ITS_CONTAINER =
      EnumSet.of(Trait.PRIVILEGED, Trait.HOST_PATH, Trait.HOST_NAMESPACE, Trait.ADDED_CAPABILITY);

  private final EnumSet<RiskFactor> isTrue = EnumSet.of(RiskFactor.ANY_COMMAND);

  private RiskFactors(Subject subject, ZonedDateTime utc) {
    set(RiskFactor.AGENT, subject.kind() == Subject.Kind.AGENT);
    set(
        RiskFactor.OFF_HOURS,
        utc.getHour() < FIRST_HOUR
            || utc.getHour() > LAST_HOUR
            || utc.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0);
  }

  private void set(RiskFactor factor, boolean value) {
    if (value) {
      isTrue.add(factor);
    }
  }

  /**
   * @param masked whether it touches something that is masked
   */
  static Set<RiskFactor> of(
      Subject subject, ZonedDateTime utc, SqlStatement statement, boolean masked) {
    RiskFactors factors = new RiskFactors(subject, utc);
    factors.set(RiskFactor.CHANGE, statement.changesState());
    factors.set(RiskFactor.OPAQUE, statement.opaque());
    factors.set(RiskFactor.SENSITIVE_DATA, masked);
    factors.set(RiskFactor.WIDE, statement.accesses().size() > MANY_PARTS);
    for (SqlAccess access : statement.accesses()) {
      factors.set(RiskFactor.DESTRUCTION, DESTRUCTIVE.contains(access.verb()));
      factors.set(RiskFactor.SCHEMA_CHANGE, OF_SCHEMA.contains(access.verb()));
      factors.set(RiskFactor.RIGHTS, OF_RIGHTS.contains(access.verb()));
      factors.set(
          RiskFactor.WITHOUT_WHERE, !access.filtered() && LIMITED_BY_WHERE.contains(access.verb()));
    }
    return factors.isTrue;
  }

  static Set<RiskFactor> of(Subject subject, ZonedDateTime utc, RefUpdate update) {
    RiskFactors factors = new RiskFactors(subject, utc);
    factors.set(RiskFactor.CHANGE, !update.change().isReading());
    factors.set(RiskFactor.DESTRUCTION, update.change().losesCommits());
    factors.set(RiskFactor.SECRET_FOUND, !update.secrets().isEmpty());
    factors.set(RiskFactor.WIDE, update.paths().size() > MANY_PARTS);
    return factors.isTrue;
  }

  static Set<RiskFactor> of(Subject subject, ZonedDateTime utc, KubeRequest request) {
    RiskFactors factors = new RiskFactors(subject, utc);
    Set<Trait> traits = request.body().traits();
    factors.set(RiskFactor.CHANGE, request.changesState());
    factors.set(
        RiskFactor.DESTRUCTION,
        request.changesState()
            && (request.verb() == KubeRequest.Verb.DELETE
                || request.verb() == KubeRequest.Verb.DELETECOLLECTION
                || traits.contains(Trait.NO_REPLICAS)));
    factors.set(RiskFactor.SCHEMA_CHANGE, traits.contains(Trait.CUSTOM_RESOURCE));
    factors.set(
        RiskFactor.RIGHTS,
        traits.contains(Trait.GRANTS_RIGHTS) || traits.contains(Trait.IMPERSONATION));
    factors.set(RiskFactor.OPAQUE, !request.command().isEmpty());
    factors.set(
        RiskFactor.SENSITIVE_DATA,
        request.target().object().equals("secrets") || !request.body().secretKeys().isEmpty());
    factors.set(RiskFactor.PRIVILEGED, !Collections.disjoint(traits, PAST_ITS_CONTAINER));
    return factors.isTrue;
  }
}
