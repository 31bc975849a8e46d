package dev.countersign.decision.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GrantScopeTest {

  private static final GrantScope READ =
      new GrantScope(true, List.of(), List.of(), List.of(), Optional.empty());

  private static CommandFacts sql(SqlVerb verb, String object) {
    return new CommandFacts.Sql(List.of(new SqlAccess(verb, object, Set.of(), true)), false);
  }

  private static CommandFacts push(RefUpdate.Change change, String ref) {
    return new CommandFacts.Git(
        List.of(
            new RefUpdate(ref, change, RefUpdate.Commits.NONE, List.of(), List.of(), Set.of())));
  }

  private static CommandFacts kube(KubeRequest.Verb verb, String namespace) {
    return new CommandFacts.Kubernetes(
        new KubeRequest(
            verb,
            new KubeRequest.Target("pods", "v1", namespace, ""),
            KubeRequest.Body.NONE,
            false,
            List.of()));
  }

  @ParameterizedTest
  @EnumSource(SqlVerb.class)
  void aGrantForReadingLetsNothingChange(SqlVerb verb) {
    assertThat(READ.objection(sql(verb, "public.orders")).isPresent())
        .isEqualTo(verb.changesState());
  }

  @Test
  void aGrantForReadingLetsNothingThroughThatHidesWhatItDoes() {
    assertThat(
            READ.objection(
                new CommandFacts.Sql(
                    List.of(new SqlAccess(SqlVerb.SELECT, "", Set.of(), false)), true)))
        .isPresent();
    assertThat(READ.objection(push(RefUpdate.Change.CREATE, "refs/heads/x"))).isPresent();
    assertThat(READ.objection(push(RefUpdate.Change.FETCH, "refs/heads/x"))).isEmpty();
    assertThat(READ.objection(kube(KubeRequest.Verb.DELETE, "shop"))).isPresent();
    assertThat(READ.objection(kube(KubeRequest.Verb.OTHER, "shop"))).isPresent();
    assertThat(READ.objection(kube(KubeRequest.Verb.WATCH, "shop"))).isEmpty();
  }

  @Test
  void everyRelationMustBeOneOfTheGrants() {
    GrantScope scope =
        new GrantScope(
            false, List.of("public.orders", "audit.*"), List.of(), List.of(), Optional.empty());

    assertThat(scope.objection(sql(SqlVerb.SELECT, "public.orders"))).isEmpty();
    assertThat(scope.objection(sql(SqlVerb.DELETE, "audit.log"))).isEmpty();
    assertThat(scope.objection(sql(SqlVerb.SELECT, "public.orders2"))).isPresent();
    assertThat(scope.objection(sql(SqlVerb.CALL, "public.f"))).isPresent();
    assertThat(scope.objection(sql(SqlVerb.OTHER, ""))).isPresent();
    assertThat(scope.objection(sql(SqlVerb.DO, ""))).isPresent();
    assertThat(scope.objection(sql(SqlVerb.SET, "timezone"))).isEmpty();
    assertThat(
            scope.objection(
                new CommandFacts.Sql(
                    List.of(
                        new SqlAccess(SqlVerb.SELECT, "public.orders", Set.of(), true),
                        new SqlAccess(SqlVerb.SELECT, "public.customers", Set.of(), true)),
                    false)))
        .contains("the grant is for the tables [public.orders, audit.*], not for public.customers");
  }

  @Test
  void pushesAndRequestsStayWhereTheGrantIs() {
    GrantScope scope =
        new GrantScope(
            false, List.of(), List.of("shop"), List.of("refs/heads/agent/*"), Optional.empty());

    assertThat(scope.objection(push(RefUpdate.Change.CREATE, "refs/heads/agent/1"))).isEmpty();
    assertThat(scope.objection(push(RefUpdate.Change.DELETE, "refs/heads/main"))).isPresent();
    assertThat(scope.objection(kube(KubeRequest.Verb.LIST, "shop"))).isEmpty();
    assertThat(scope.objection(kube(KubeRequest.Verb.LIST, ""))).isPresent();
    assertThat(scope.objection(kube(KubeRequest.Verb.LIST, "shop2"))).isPresent();
    // kubectl asks what there is before anything else.
    assertThat(scope.objection(path(KubeRequest.Verb.GET))).isEmpty();
    assertThat(scope.objection(path(KubeRequest.Verb.OTHER))).isPresent();
  }

  private static CommandFacts path(KubeRequest.Verb verb) {
    return new CommandFacts.Kubernetes(
        new KubeRequest(
            verb,
            new KubeRequest.Target("/apis", "", "", ""),
            KubeRequest.Body.NONE,
            false,
            List.of()));
  }

  @Test
  void gw15_oneStatementIsThatTextAndNoOther() {
    GrantScope scope =
        new GrantScope(
            false, List.of(), List.of(), List.of(), Optional.of("DELETE FROM t WHERE id = 1"));

    assertThat(scope.objection(" DELETE FROM t WHERE id = 1;\n")).isEmpty();
    assertThat(scope.objection("DELETE FROM t WHERE id = 10")).isPresent();
    assertThat(scope.objection("delete from t where id = 1")).isPresent();
    assertThat(GrantScope.ALL.objection("DROP TABLE t")).isEmpty();
  }

  @Test
  void refusesScopesNobodyWouldRead() {
    assertThatThrownBy(
            () ->
                new GrantScope(
                    false,
                    java.util.Collections.nCopies(51, "a"),
                    List.of(),
                    List.of(),
                    Optional.empty()))
        .hasMessage("tables has at most 50 names");
    assertThatThrownBy(
            () -> new GrantScope(false, List.of(), List.of(" "), List.of(), Optional.empty()))
        .hasMessage("a name in namespaces has 1 to 200 characters");
  }
}
