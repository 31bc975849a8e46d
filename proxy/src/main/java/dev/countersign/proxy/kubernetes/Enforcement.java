package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import java.io.IOException;
import java.util.Optional;

/** The way of one request: judge, record, hold, release, mask. */
final class Enforcement {

  private static final String UNSEEN = "whether it can be changed cannot be seen";

  private final KubernetesDoorConfig config;
  private final KubeSession session;
  private final Forwarding upstream;
  private final HttpExchange exchange;
  private final AtClient client;

  Enforcement(
      KubernetesDoorConfig config,
      KubeSession session,
      Forwarding upstream,
      HttpExchange exchange,
      AtClient client) {
    this.config = config;
    this.session = session;
    this.upstream = upstream;
    this.exchange = exchange;
    this.client = client;
  }

  void apply(Asked asked) throws IOException, InterruptedException, UnclearRequestException {
    PolicyVersion version = session.policy();
    Judging judging = judge(version, asked);
    if (judging.decision() instanceof Decision.Block) {
      pass(asked, judging);
      return;
    }
    if (judging.masked() && GatewayRules.mayGuess(asked) && refusesGuess(version, asked, judging)) {
      return;
    }
    Optional<Asked> whole = Optional.of(asked);
    Optional<JsonNode> after = asked.info().verb() == Verb.UPDATE ? asked.body() : Optional.empty();
    boolean isNew = false;
    if (asked.info().verb() == Verb.PATCH) {
      Optional<Preview.Made> made = result(asked, judging);
      after = made.map(Preview.Made::object);
      whole = after.map(asked::making);
      isNew = made.filter(Preview.Made::isNew).isPresent();
    }
    if (whole.isPresent() && asked.mayCreate()) {
      Optional<Boolean> missing =
          seen(version, asked, judging, "K8S-CREATE", "whether it is there", Preview::isMissing);
      if (missing.isEmpty()) {
        return;
      }
      isNew = missing.get();
    }
    if (whole.isPresent()) {
      whole = scaling(version, whole.get(), judging);
    }
    Optional<Boolean> goes =
        whole.isEmpty() ? Optional.empty() : leftToGo(version, asked, judging, after);
    if (whole.isPresent() && goes.isPresent()) {
      boolean isAsBefore = whole.get().facts().equals(asked.facts());
      Judging last = isAsBefore ? judging : judge(version, whole.get());
      if (isNew) {
        last = last.and(judge(version, whole.get().creating()));
      }
      if (goes.get()) {
        last = last.and(judge(version, whole.get().deleting()));
      }
      pass(whole.get(), last);
    }
  }

  /**
   * What a change means for how many run: the change itself says only how many there are to be.
   *
   * @return nothing where the client has been told why there is none
   */
  private Optional<Asked> scaling(PolicyVersion version, Asked asked, Judging judging)
      throws IOException, InterruptedException {
    Optional<Long> after = asked.replicas();
    if (after.isEmpty()) {
      return Optional.of(asked);
    }
    return seen(version, asked, judging, "K8S-REPLICAS", "how many run now", Preview::replicas)
        .map(before -> asked.scaling(before, after.get()));
  }

  /**
   * Whether a change comes to a deletion.
   *
   * @param after what it makes of the object, of a change
   * @return nothing where the client has been told why there is none
   */
  private Optional<Boolean> leftToGo(
      PolicyVersion version, Asked asked, Judging judging, Optional<JsonNode> after)
      throws IOException, InterruptedException {
    if (after.isEmpty()) {
      return Optional.of(false);
    }
    JsonNode made = after.get();
    return seen(
        version,
        asked,
        judging,
        "K8S-DELETE",
        "whether it goes by itself then",
        (server, change) -> Preview.isLeftToGo(server, change, made));
  }

  private interface Look<T> {
    T at(Forwarding upstream, Asked asked) throws IOException, Preview.RefusedException;
  }

  /**
   * What a change cannot be judged without.
   *
   * @return nothing where the client has been told why there is none
   */
  private <T> Optional<T> seen(
      PolicyVersion version, Asked asked, Judging judging, String rule, String what, Look<T> look)
      throws IOException, InterruptedException {
    Refusal refusal;
    try {
      return Optional.of(look.at(upstream, asked));
    } catch (Preview.RefusedException e) {
      refusal = Refusal.of(e.status(), Effect.words(e, judging.masked()));
    } catch (IOException e) {
      refusal = Refusal.of(503, "the change cannot be judged: " + e.getMessage());
    }
    unseen(version, asked, rule, what + " cannot be seen", refusal);
    return Optional.empty();
  }

  /**
   * Refuses values for an object that nobody can change: the answer would tell whether they are the
   * ones that the subject does not get to see.
   *
   * @return whether the client has been told no, also where nobody knows
   */
  private boolean refusesGuess(PolicyVersion version, Asked asked, Judging judging)
      throws IOException, InterruptedException, UnclearRequestException {
    try {
      if (!Preview.isImmutable(upstream, asked)) {
        return false;
      }
      pass(asked, judging.guessing(version, asked));
    } catch (Preview.RefusedException e) {
      unseen(
          version,
          asked,
          GatewayRules.IMMUTABLE,
          UNSEEN,
          Refusal.of(e.status(), Effect.words(e, true)));
    } catch (IOException e) {
      unseen(
          version,
          asked,
          GatewayRules.IMMUTABLE,
          UNSEEN,
          Refusal.of(503, "the change cannot be judged: " + e.getMessage()));
    }
    return true;
  }

  /** A change that is blocked as nobody sees what it is a change of. */
  private void unseen(
      PolicyVersion version, Asked asked, String rule, String reason, Refusal refusal)
      throws IOException, InterruptedException {
    Decision no = Decision.Block.builtIn(version.id(), rule, asked.facts().toString(), reason, "");
    var _ = session.gate().pass(command(asked, no, Evidence.NONE), client);
    refuse(refusal);
  }

  private Judging judge(PolicyVersion version, Asked asked) {
    return Judging.of(version, upstream.subject(), upstream.cluster().resource(), asked);
  }

  /**
   * What a patch makes of its object: the patch itself does not say. The dry run is a request of
   * its own on the record, and nobody needs to approve that nothing is stored.
   *
   * @return nothing where the client has been told why there is none
   */
  private Optional<Preview.Made> result(Asked asked, Judging judging)
      throws IOException, InterruptedException {
    Asked dry = asked.asDryRun();
    Command trial = command(dry, new Decision.Allow(judging.decision().why()), Evidence.NONE);
    Command command = command(asked, judging.decision(), Evidence.NONE);
    switch (session.gate().rehearse(trial, command)) {
      case Passage.Refused refused -> refuse(Refusal.of(refused, 503));
      case Passage.Released(Release release) -> {
        try {
          Preview.Made result = Preview.result(upstream, asked);
          release.completed("200");
          return Optional.of(result);
        } catch (Preview.RefusedException e) {
          release.failed(Integer.toString(e.status()));
          refuse(Refusal.of(e.status(), Effect.words(e, judging.masked())));
        } catch (IOException e) {
          release.failed("503");
          refuse(Refusal.of(503, "the patch cannot be judged: " + e.getMessage()));
        }
      }
    }
    return Optional.empty();
  }

  private void pass(Asked asked, Judging judging)
      throws IOException, InterruptedException, UnclearRequestException {
    Optional<Upgrading> upgrade = Optional.empty();
    if (asked.connects() && !(judging.decision() instanceof Decision.Block)) {
      upgrade = Optional.of(Upgrading.of(exchange, asked));
    }
    Effect effect = new Effect(upstream, asked, judging.masked());
    switch (session.gate().pass(command(asked, judging.decision(), effect), client)) {
      case Passage.Refused refused -> refuse(Refusal.of(refused, effect.status()));
      case Passage.Released(Release release) -> {
        release.answersIn(exchange);
        client.goesOn();
        try {
          run(asked, judging, upgrade, release);
        } finally {
          // Only the first end counts.
          release.failed("broken off");
        }
      }
    }
  }

  private static Command command(Asked asked, Decision decision, Evidence evidence) {
    return new Command(
        asked.text(),
        new CommandFacts.Kubernetes(asked.facts()),
        decision,
        asked.facts().changesState() || asked.connects(),
        evidence);
  }

  private void run(Asked asked, Judging judging, Optional<Upgrading> upgrade, Release release)
      throws IOException {
    UpstreamResponse answer;
    try {
      String shown = release.approval().map(Release.Approval::state).orElse("");
      if (!Preview.isStill(shown, upstream, asked)) {
        release.failed("409");
        refuse(
            Refusal.of(
                409, "the object is no longer the one that was shown to the approver; ask again"));
        return;
      }
      answer =
          upgrade.isPresent()
              ? upstream.connect(asked, upgrade.get(), release.name())
              : upstream.send(asked, exchange.headers(), release.name());
    } catch (IOException e) {
      release.failed("503");
      refuse(Refusal.of(503, String.valueOf(e.getMessage())));
      return;
    }
    exchange.onClosed(answer::close);
    try (answer) {
      if (upgrade.isPresent()) {
        connected(asked, upgrade.get(), answer, release);
      } else {
        new Answering(exchange, release, asked, judging, config.recorded())
            .pass(answer, approved(release));
      }
    }
  }

  private static String approved(Release release) {
    return release
        .approval()
        .map(approval -> "approved by " + approval.by() + " (" + approval.id() + ")")
        .orElse("");
  }

  /** A tunnel only if the upstream has agreed to one: anything else it says is an answer. */
  private void connected(Asked asked, Upgrading upgrade, UpstreamResponse answer, Release release)
      throws IOException {
    if (!upgrade.isAgreed(answer)) {
      int status = answer.status() >= 400 ? answer.status() : 502;
      release.failed(Integer.toString(status));
      refuse(Refusal.of(status, "the API server does not connect: it answers " + answer.status()));
      return;
    }
    Tunnel tunnel = new Tunnel(release);
    try (Duplex duplex = upgrade.speaking(exchange.upgrade(upgrade.agreed(answer)), answer)) {
      if (asked.info().subresource().equals("portforward")) {
        tunnel.opaque(duplex, answer);
      } else {
        tunnel.terminal(
            duplex,
            answer,
            new TerminalRecording(release, config.longestTerminal(), asked.copiesFiles()));
      }
    }
    release.completed(Integer.toString(answer.status()));
  }

  private void refuse(Refusal refusal) throws IOException {
    Answering.refuse(exchange, refusal);
  }
}
