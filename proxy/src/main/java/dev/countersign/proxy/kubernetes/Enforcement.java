package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.wire.UpstreamException;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The way of one request: judge, record, hold, release, mask. */
final class Enforcement {

  private final KubernetesDoorConfig config;
  private final Policy policy;
  private final KubeSession session;
  private final Subject subject;
  private final Release release;
  private final Hold hold;

  Enforcement(
      KubernetesDoorConfig config,
      Policy policy,
      KubeSession session,
      Subject subject,
      Release release,
      Hold hold) {
    this.config = config;
    this.policy = policy;
    this.session = session;
    this.subject = subject;
    this.release = release;
    this.hold = hold;
  }

  void apply(HttpExchange exchange, Asked asked) throws IOException, UnclearRequestException {
    PolicyVersion version = session.within(policy.current());
    Asked whole = asked;
    Judging judging = judge(version, asked);
    if (asked.info().verb() == Verb.PATCH && !(judging.decision() instanceof Decision.Block)) {
      try {
        whole = asked.bringing(Preview.facts(asked, Preview.result(release, asked)));
        judging = judge(version, whole);
      } catch (Preview.RefusedException e) {
        // The API server will refuse it as it has refused the dry run, and say why.
      } catch (UpstreamException e) {
        Answering.refuse(exchange, Refusal.of(503, String.valueOf(e.getMessage())));
        return;
      }
    }
    Optional<HttpFields> upgrade = Optional.empty();
    if (asked.connects() && !(judging.decision() instanceof Decision.Block)) {
      upgrade = Optional.of(Upgrading.fields(exchange, asked.info().subresource()));
    }
    KubeSession.Command command = session.decided(whole, judging.decision());
    switch (judging.decision()) {
      case Decision.Block block ->
          Answering.refuse(
              exchange, Refusal.blocked(block.why().deciding(), session.name(command)));
      case Decision.Allow _, Decision.Mask _ -> {
        var _ = release(exchange, whole, judging, command, upgrade, "");
      }
      case Decision.Approve approve -> held(exchange, whole, judging, approve, command, upgrade);
    }
  }

  private Judging judge(PolicyVersion version, Asked asked) {
    return Judging.of(version, subject, resource(), asked);
  }

  private Resource resource() {
    return release.upstream().resource();
  }

  private void held(
      HttpExchange exchange,
      Asked asked,
      Judging judging,
      Decision.Approve decision,
      KubeSession.Command command,
      Optional<HttpFields> upgrade)
      throws IOException {
    Preview preview;
    try {
      preview =
          asked.facts().changesState() && !asked.connects()
              ? Preview.of(release, asked)
              : new Preview(Optional.<JsonNode>empty(), Optional.empty());
    } catch (Preview.RefusedException e) {
      session.failed(command, Integer.toString(e.status()));
      Answering.refuse(
          exchange,
          Refusal.of(
              e.status(), "the API server refuses a dry run of it; nobody was asked to approve"));
      return;
    }
    boolean isSecret = asked.info().base().equals("secrets");
    switch (hold.await(exchange, asked, command, decision, preview.exhibits(isSecret))) {
      case Hold.End.No(Refusal refusal) -> Answering.refuse(exchange, refusal);
      case Hold.End.Yes(String approval, String by) -> {
        String error = "broken off";
        try {
          error =
              preview.stillHolds(release, asked)
                  ? release(exchange, asked, judging, command, upgrade, by)
                  : changed(exchange, command);
        } finally {
          hold.ran(approval, error);
        }
      }
    }
  }

  private String changed(HttpExchange exchange, KubeSession.Command command) throws IOException {
    session.failed(command, "409");
    Answering.refuse(
        exchange,
        Refusal.of(
            409, "the object is no longer the one that was shown to the approver; ask again"));
    return "409";
  }

  /** Empty if it has run, or else what is in the way. */
  private String release(
      HttpExchange exchange,
      Asked asked,
      Judging judging,
      KubeSession.Command command,
      Optional<HttpFields> upgrade,
      String warning)
      throws IOException {
    session.awaitReleasable(command);
    Answering answering =
        new Answering(exchange, session, command, asked, judging, config.recorded());
    UpstreamResponse answer;
    try {
      answer =
          upgrade.isPresent()
              ? release.connect(asked, upgrade.get(), session.name(command))
              : release.send(asked, exchange.headers(), session.name(command));
    } catch (UpstreamException e) {
      session.failed(command, "503");
      Answering.refuse(exchange, Refusal.of(503, String.valueOf(e.getMessage())));
      return "503";
    }
    exchange.onClosed(answer::close);
    try (answer) {
      if (upgrade.isPresent()) {
        return connected(exchange, asked, command, upgrade.get(), answer);
      }
      answering.pass(answer, warning);
      return answer.status() < 400 ? "" : Integer.toString(answer.status());
    }
  }

  /** A tunnel only if the upstream has agreed to one: anything else it says is an answer. */
  private String connected(
      HttpExchange exchange,
      Asked asked,
      KubeSession.Command command,
      HttpFields upgrade,
      UpstreamResponse answer)
      throws IOException {
    if (!Upgrading.isAgreed(upgrade, answer)) {
      int status = answer.status() >= 400 ? answer.status() : 502;
      session.failed(command, Integer.toString(status));
      Answering.refuse(
          exchange, Refusal.of(status, "the API server does not agree: " + answer.status()));
      return Integer.toString(status);
    }
    Tunnel tunnel = new Tunnel(session, command);
    try (Duplex client = exchange.upgrade(Upgrading.agreed(answer))) {
      if (asked.info().subresource().equals("portforward")) {
        tunnel.opaque(client, answer);
      } else {
        tunnel.terminal(client, answer);
      }
    }
    session.completed(command, answer.status(), Set.of());
    return "";
  }
}
