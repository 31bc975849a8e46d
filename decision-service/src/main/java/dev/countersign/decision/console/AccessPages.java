package dev.countersign.decision.console;

import dev.countersign.decision.grant.Grant;
import dev.countersign.decision.grant.GrantResult;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.grant.GrantWish;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Just-in-time access: asking for it, seeing who has it, taking it back. */
final class AccessPages {

  private static final int LONGEST_REASON = 500;

  private final AccessApi access;
  private final ResourcesApi resources;

  AccessPages(ConsoleParts parts) {
    this.access = parts.access();
    this.resources = parts.resources();
  }

  Answer show(Visit visit) {
    return page(visit, 200, Optional.empty(), Map.of());
  }

  private Answer page(Visit visit, int status, Optional<String> problem, Map<String, String> wish) {
    Subject viewer = visit.subject();
    List<AccessView.Item> items =
        access.grants().recent().stream()
            .filter(grant -> access.maySee(viewer, grant.subject()))
            .map(grant -> item(viewer, grant))
            .toList();
    AccessView view =
        new AccessView(
            items.stream()
                .filter(item -> AccessView.Item.isCurrent(item.state()))
                .sorted(Comparator.comparing(item -> !item.own()))
                .toList(),
            items.stream().filter(item -> !AccessView.Item.isCurrent(item.state())).toList(),
            targets(viewer, Map.of()),
            resources.mayLook(viewer),
            problem,
            wish);
    return visit.isPartial()
        ? new Answer.Part("grantlists", view)
        : new Answer.Page(status, "Access", Section.ACCESS, "access", view);
  }

  /** The page does not wait for upstreams: it asks for this when it is there. */
  Answer health(Visit visit) throws Refusal {
    if (!resources.mayLook(visit.subject())) {
      throw Refusal.forbidden(
          "How resources are doing is for operators, officers and auditors.", "Ask one of them.");
    }
    List<Upstream> upstreams = access.resources().all();
    List<ResourceHealth.Answer> answers = resources.health().of(upstreams);
    Map<String, ResourceHealth.Answer> health = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      health.put(upstreams.get(i).resource().name(), answers.get(i));
    }
    return new Answer.Part("targets", targets(visit.subject(), health));
  }

  private List<AccessView.Target> targets(
      Subject viewer, Map<String, ResourceHealth.Answer> health) {
    List<LiveSession> open =
        access.sessions().list().stream()
            .filter(session -> access.maySee(viewer, session.subject()))
            .toList();
    return access.resources().all().stream()
        .map(Upstream::resource)
        .sorted(Comparator.comparing(Resource::name))
        .map(
            resource ->
                AccessView.Target.of(
                    resource,
                    open.stream()
                        .filter(session -> session.resource().equals(resource.name()))
                        .count(),
                    Optional.ofNullable(health.get(resource.name()))))
        .toList();
  }

  private AccessView.Item item(Subject viewer, Grant grant) {
    return AccessView.Item.of(
        grant, viewer.isSameAs(grant.subject()), access.mayEnd(viewer, grant.subject()));
  }

  Answer one(Visit visit) throws Refusal {
    return Answer.Page.of(Section.ACCESS, "Grant", "grant", item(visit.subject(), grant(visit)));
  }

  private Grant grant(Visit visit) throws Refusal {
    return access
        .grants()
        .find(visit.id())
        .filter(grant -> access.maySee(visit.subject(), grant.subject()))
        .orElseThrow(() -> Refusal.notFound("There is no such grant, or it is not yours to see."));
  }

  Answer request(Visit visit) {
    Map<String, String> written =
        Map.of(
            "resource", visit.field("resource"),
            "minutes", visit.field("minutes"),
            "reason", visit.field("reason"),
            "tables", visit.field("tables"),
            "readonly", visit.field("readonly"),
            "once", visit.field("once"));
    try {
      GrantResult result = access.grants().request(visit.subject(), wish(visit));
      return switch (result) {
        case GrantResult.Given given -> new Answer.Elsewhere("/access?done=granted");
        case GrantResult.Waiting waiting -> new Answer.Elsewhere("/access?done=requested");
        case GrantResult.Denied(var row) ->
            page(
                visit,
                403,
                Optional.of(
                    "The policy grants no such access: %s (%s). %s"
                        .formatted(
                            Shown.line(row.reason()),
                            Shown.line(row.rule()),
                            Shown.line(row.hint()))),
                written);
        case GrantResult.Refused(String message, String hint) ->
            page(visit, 422, Optional.of(message + ": " + hint), written);
      };
    } catch (IllegalArgumentException e) {
      return page(visit, 400, Optional.of(String.valueOf(e.getMessage())), written);
    }
  }

  private GrantWish wish(Visit visit) {
    Resource resource =
        access
            .resources()
            .find(Upstream.class, visit.field("resource"))
            .map(Upstream::resource)
            .orElseThrow(() -> new IllegalArgumentException("There is no such resource."));
    if (!visit.field("minutes").matches("\\d{1,5}")) {
      throw new IllegalArgumentException("The time is a number of minutes.");
    }
    List<String> names =
        Stream.of(visit.field("tables").split("[,\\s]+", -1))
            .filter(name -> !name.isBlank())
            .toList();
    boolean readOnly = !visit.field("readonly").isEmpty();
    return new GrantWish(
        resource,
        Duration.ofMinutes(Long.parseLong(visit.field("minutes"))),
        Optional.empty(),
        switch (resource.kind()) {
          case POSTGRES -> new GrantScope(readOnly, names, List.of(), List.of(), Optional.empty());
          case GIT -> new GrantScope(readOnly, List.of(), List.of(), names, Optional.empty());
          case KUBERNETES ->
              new GrantScope(readOnly, List.of(), names, List.of(), Optional.empty());
        },
        !visit.field("once").isEmpty(),
        visit.field("reason").strip());
  }

  Answer revoke(Visit visit) throws Refusal {
    Grant grant = grant(visit);
    if (!access.mayEnd(visit.subject(), grant.subject())) {
      throw Refusal.forbidden("You may look at this grant but not end it.", "Ask an operator.");
    }
    String reason = visit.field("comment").strip();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
      throw Refusal.badRequest("Whoever takes a grant back says why, in 1 to 500 characters.");
    }
    if (!access.grants().revoke(grant, visit.subject(), reason)) {
      throw Refusal.conflict("The grant has ended already.", "");
    }
    return new Answer.Elsewhere("/access?done=revoked");
  }
}
