package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.StoredApprovals;
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

  private static final int MAX_REASON = 2000;

  /** Among so many of everybody's somebody's own are looked for. */
  private static final int MOST_OF_ALL = 2_000;

  private final AccessApi access;
  private final Recordings recordings;
  private final Readers readers;
  private final Custody custody;
  private final StoredApprovals approvals;

  SessionPages(ConsoleParts parts, Custody custody) {
    this.access = parts.access();
    this.recordings = parts.recordings();
    this.readers = parts.readers();
    this.custody = custody;
    this.approvals = parts.approvals();
  }

  /** What is looked for comes after the page: without a search server all of the record is read. */
  Answer list(Visit visit) throws IOException {
    SessionFilter filter = SessionFilter.of(visit);
    if (visit.isPartial()) {
      return new Answer.Part("pastrows", found(visit.subject(), filter));
    }
    SessionLists.Found found =
        filter.isUsual() || visit.wantsAllAtOnce()
            ? found(visit.subject(), filter)
            : new SessionLists.Found.Later(filter.address());
    return Answer.Page.of(
        Section.SESSIONS,
        "Sessions",
        "sessions",
        new SessionLists(live(visit.subject()), found, filter, resources()));
  }

  private List<String> resources() {
    return access.resources().all().stream()
        .map(upstream -> upstream.resource().name())
        .sorted()
        .toList();
  }

  Answer live(Visit visit) {
    return new Answer.Part("liverows", live(visit.subject()));
  }

  private List<SessionLists.Live> live(Subject viewer) {
    return access.sessions().list().stream()
        .filter(session -> access.maySee(viewer, session.subject()))
        .map(session -> SessionLists.Live.of(session, access.mayEnd(viewer, session.subject())))
        .toList();
  }

  private SessionLists.Found found(Subject viewer, SessionFilter filter) throws IOException {
    Instant since = Instant.now().minus(Duration.ofDays(filter.days()));
    String query = filter.query();
    boolean all = readers.mayReadAll(viewer);
    int most = all ? SessionLists.MOST : MOST_OF_ALL;
    try {
      List<SessionLists.Past> past =
          recordings.sessions(new Recordings.Search(query, Optional.of(since), most)).stream()
              .filter(summary -> readers.mayRead(viewer, summary.opened().subject()))
              .limit(SessionLists.MOST)
              .map(SessionLists.Past::of)
              .toList();
      if (!query.isEmpty()) {
        custody.searched(viewer, query, past.size());
      }
      return new SessionLists.Found.Sessions(past, all);
    } catch (IllegalArgumentException e) {
      return new SessionLists.Found.Problem(Shown.line(String.valueOf(e.getMessage())));
    }
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
    boolean mayEnd = live && access.mayEnd(visit.subject(), owner.get());
    return Playback.of(
        id, moments, new Playback.Look(after, live, mayEnd), Differences.of(moments, approvals));
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
        text.toString().getBytes(UTF_8));
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
