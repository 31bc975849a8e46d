package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions: open ones to be followed and ended, and recorded ones to be searched and played. */
final class SessionPages {

  private static final int USUAL_DAYS = 7;
  private static final int MOST_DAYS = 3650;
  private static final int MAX_REASON = 2000;

  private final AccessApi access;
  private final Recordings recordings;
  private final Readers readers;
  private final Custody custody;

  SessionPages(ConsoleParts parts, Custody custody) {
    this.access = parts.access();
    this.recordings = parts.recordings();
    this.readers = parts.readers();
    this.custody = custody;
  }

  Answer list(Visit visit) throws IOException {
    return Answer.Page.of(Section.SESSIONS, "Sessions", "sessions", lists(visit));
  }

  Answer live(Visit visit) {
    return new Answer.Part(
        "liverows",
        new SessionLists(live(visit.subject()), List.of(), "", USUAL_DAYS, Optional.empty()));
  }

  private List<SessionLists.Live> live(Subject viewer) {
    return access.sessions().list().stream()
        .filter(session -> access.maySee(viewer, session.subject()))
        .map(session -> SessionLists.Live.of(session, access.mayEnd(viewer, session.subject())))
        .toList();
  }

  private SessionLists lists(Visit visit) throws IOException {
    String query = visit.query("q").orElse("");
    int days = days(visit);
    List<SessionLists.Live> live = live(visit.subject());
    try {
      List<SessionLists.Past> past =
          recordings
              .sessions(
                  new Recordings.Search(
                      query,
                      Optional.of(Instant.now().minus(Duration.ofDays(days))),
                      SessionLists.MOST))
              .stream()
              .filter(summary -> readers.mayRead(visit.subject(), summary.opened().subject()))
              .map(SessionLists.Past::of)
              .toList();
      if (!query.isEmpty()) {
        custody.searched(visit.subject(), query, past.size());
      }
      return new SessionLists(live, past, query, days, Optional.empty());
    } catch (IllegalArgumentException e) {
      return new SessionLists(
          live, List.of(), query, days, Optional.of(Shown.line(String.valueOf(e.getMessage()))));
    }
  }

  private static int days(Visit visit) {
    return visit
        .query("days")
        .filter(text -> text.matches("\\d{1,4}"))
        .map(Integer::valueOf)
        .filter(days -> days > 0 && days <= MOST_DAYS)
        .orElse(USUAL_DAYS);
  }

  Answer play(Visit visit) throws Refusal, IOException {
    Playback playback = playback(visit, 0);
    custody.read(visit.subject(), playback.id(), "replay");
    return Answer.Page.of(
        Section.SESSIONS, playback.who() + " on " + playback.resource(), "replay", playback);
  }

  /** What has happened since. */
  Answer more(Visit visit) throws Refusal, IOException {
    long after =
        visit
            .query("after")
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::valueOf)
            .orElse(0L);
    Playback playback = playback(visit, after);
    if (!playback.scenes().isEmpty()) {
      custody.read(visit.subject(), playback.id(), "follow");
    }
    return new Answer.Part("more", playback);
  }

  private Playback playback(Visit visit, long after) throws Refusal, IOException {
    String id = visit.id();
    List<Recordings.Moment> moments = recordings.session(id);
    Optional<Subject> owner =
        moments.stream()
            .map(moment -> moment.recorded().event())
            .filter(Event.SessionOpened.class::isInstance)
            .map(event -> ((Event.SessionOpened) event).subject())
            .findFirst();
    if (owner.filter(of -> readers.mayRead(visit.subject(), of)).isEmpty()) {
      throw Refusal.notFound("There is no such recording, or it is not yours to see.");
    }
    boolean live = access.sessions().find(id).isPresent();
    return Playback.of(
        id, moments, after, live, live && access.mayEnd(visit.subject(), owner.get()));
  }

  Answer export(Visit visit) throws Refusal, IOException {
    Playback playback = playback(visit, 0);
    custody.read(visit.subject(), playback.id(), "export");
    StringBuilder text = new StringBuilder();
    for (Recordings.Moment moment : recordings.session(playback.id())) {
      text.append(moment.recorded().time()).append("  ").append(moment.words()).append('\n');
    }
    return Answer.File.of(
        "session-" + playback.id() + ".txt",
        "text/plain; charset=utf-8",
        text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  Answer kill(Visit visit) throws Refusal {
    Optional<LiveSession> session =
        access
            .sessions()
            .find(visit.id())
            .filter(found -> access.maySee(visit.subject(), found.subject()));
    if (session.isEmpty()) {
      throw Refusal.notFound("There is no such open session, or it is not yours to see.");
    }
    if (!access.mayEnd(visit.subject(), session.get().subject())) {
      throw Refusal.forbidden("You may look at this session but not end it.", "Ask an operator.");
    }
    String reason = visit.field("comment").strip();
    if (reason.isEmpty() || reason.length() > MAX_REASON) {
      throw Refusal.badRequest("Whoever ends a session says why, in 1 to 2000 characters.");
    }
    access.sessions().kill(visit.id(), visit.subject(), reason);
    return new Answer.Elsewhere("/sessions?done=killed");
  }
}
