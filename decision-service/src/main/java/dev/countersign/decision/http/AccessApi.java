package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.approval.PreApproval;
import dev.countersign.decision.approval.PreApprovals;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.decision.live.SessionFeed;
import dev.countersign.decision.notification.Webhooks;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.rules.fact.Subject;
import java.util.Set;

/**
 * What the API needs to answer about grants and open sessions.
 *
 * @param events what happens while it happens
 * @param feed what runs in sessions while it runs
 * @param webhooks how others are told of approvals
 * @param preApprovals what may run without being asked for each time
 * @param emergencies break-glass
 * @param enders groups whose members may end anybody's grant or session, and see all of them
 * @param viewers groups whose members may see all of them
 */
public record AccessApi(
    Grants grants,
    LiveSessions sessions,
    LiveEvents events,
    SessionFeed feed,
    Webhooks webhooks,
    PreApprovals preApprovals,
    Emergencies emergencies,
    Resources resources,
    Set<String> enders,
    Set<String> viewers) {

  public AccessApi {
    requireNonNull(grants, "grants");
    requireNonNull(sessions, "sessions");
    requireNonNull(events, "events");
    requireNonNull(feed, "feed");
    requireNonNull(webhooks, "webhooks");
    requireNonNull(preApprovals, "preApprovals");
    requireNonNull(emergencies, "emergencies");
    requireNonNull(resources, "resources");
    enders = Set.copyOf(enders);
    viewers = Set.copyOf(viewers);
  }

  /** Whether somebody may see what is another's. */
  public boolean maySee(Subject viewer, Subject owner) {
    return viewer.owns(owner) || isHumanOf(viewer, enders) || isHumanOf(viewer, viewers);
  }

  /** Whether somebody may end what is another's. */
  public boolean mayEnd(Subject by, Subject owner) {
    return by.owns(owner) || isHumanOf(by, enders);
  }

  /** Whether somebody may see a pre-approval: those it concerns do, too. */
  public boolean maySee(Subject viewer, PreApproval one) {
    return one.concerns(viewer) || maySee(viewer, one.subject());
  }

  /** One of those whose yes it took suffices to end it: to ask people again never hurts. */
  public boolean mayEnd(Subject by, PreApproval one) {
    return one.isAnsweredBy(by) || mayEnd(by, one.subject());
  }

  /** Whether somebody may see emergencies. */
  public boolean maySeeEmergencies(Subject viewer) {
    return emergencies.concerns(viewer) || mayLook(viewer);
  }

  /** Whether somebody may look at how the gateway runs. */
  boolean mayLook(Subject viewer) {
    return isHumanOf(viewer, enders) || isHumanOf(viewer, viewers);
  }

  /** Whether somebody may read what runs in anybody's session. */
  boolean mayReadAlong(Subject viewer) {
    return isHumanOf(viewer, viewers);
  }

  /** Whether somebody may change how the gateway runs. */
  boolean mayOperate(Subject subject) {
    return isHumanOf(subject, enders);
  }

  private static boolean isHumanOf(Subject subject, Set<String> groups) {
    return subject.kind() == Subject.Kind.HUMAN
        && subject.groups().stream().anyMatch(groups::contains);
  }
}
