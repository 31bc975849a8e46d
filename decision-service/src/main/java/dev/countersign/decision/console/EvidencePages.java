package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.console.EvidenceRoom.Period;
import dev.countersign.decision.console.EvidenceView.States;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Evidence: what the record shows for controls in a period, to look at and to take away. What was
 * shown last is kept for as long as nothing more is recorded, and for two minutes anyway.
 */
final class EvidencePages {

  private static final int DAYS = 30;
  private static final int MOST_CONTROLS = 50;

  private static final Duration FRESH = Duration.ofMinutes(2);

  /** What is asked for, as it is written on the page. */
  private record Question(String from, String until, String controls) {

    String address() {
      return "/evidence?from=%s&until=%s&controls=%s"
          .formatted(
              URLEncoder.encode(from, UTF_8),
              URLEncoder.encode(until, UTF_8),
              URLEncoder.encode(controls, UTF_8));
    }
  }

  /**
   * What was found.
   *
   * @param appended the sequence of the last event that was recorded then
   */
  private record Found(Question question, long appended, States states) {

    boolean holds(Question asked, long appendedNow) {
      return question.equals(asked)
          && (appended == appendedNow || states.at().plus(FRESH).isAfter(Instant.now()));
    }
  }

  private final ConsoleParts parts;
  private final Custody custody;
  private final ReentrantLock looking = new ReentrantLock();
  private @Nullable Found found;

  EvidencePages(ConsoleParts parts, Custody custody) {
    this.parts = parts;
    this.custody = custody;
  }

  private void requireReader(Visit visit) throws Refusal {
    if (!parts.readers().mayReadAll(visit.subject())) {
      throw Refusal.forbidden(
          "Evidence is for auditors and compliance officers.", "Ask one of them.");
    }
  }

  Answer show(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    String from = visit.query("from").orElse(today.minusDays(DAYS).toString());
    String until = visit.query("until").orElse(today.toString());
    String controls = visit.query("controls").orElse("");
    Question question = new Question(from, until, controls);
    try {
      Period period = period(from, until, controls);
      if (visit.isPartial()) {
        return new Answer.Part("controlstates", states(question, period));
      }
      Optional<States> states =
          visit.wantsAllAtOnce() ? Optional.of(states(question, period)) : known(question);
      return page(
          200,
          new EvidenceView(
              from,
              until,
              controls,
              states,
              states.isPresent() ? Optional.empty() : Optional.of(question.address()),
              Optional.empty(),
              Optional.empty()));
    } catch (IllegalArgumentException | DateTimeException e) {
      return page(
          400,
          new EvidenceView(
              from,
              until,
              controls,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(Shown.line(String.valueOf(e.getMessage())))));
    }
  }

  /** Waits for nobody who looks for them. */
  private Optional<States> known(Question question) {
    if (!looking.tryLock()) {
      return Optional.empty();
    }
    try {
      Found known = found;
      return known != null && known.holds(question, parts.health().now().appended())
          ? Optional.of(known.states())
          : Optional.empty();
    } finally {
      looking.unlock();
    }
  }

  /** Whoever comes while they are looked for waits for them. */
  private States states(Question question, Period period) throws IOException {
    looking.lock();
    try {
      Optional<States> known = known(question);
      if (known.isPresent()) {
        return known.get();
      }
      long appended = parts.health().now().appended();
      States fresh = new States(parts.evidence().states(period), Instant.now());
      found = new Found(question, appended, fresh);
      return fresh;
    } finally {
      looking.unlock();
    }
  }

  private static Answer page(int status, EvidenceView view) {
    return new Answer.Page(status, "Evidence", Section.EVIDENCE, "evidence", view);
  }

  /** Both days are in it; what has not happened yet is not. */
  private static Period period(String from, String until, String controls) {
    Instant begin = LocalDate.parse(from).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant end = LocalDate.parse(until).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant now = Instant.now();
    List<String> names =
        Stream.of(controls.split("[,\\s]+", -1)).filter(name -> !name.isBlank()).toList();
    if (names.size() > MOST_CONTROLS) {
      throw new IllegalArgumentException("at most 50 controls or families");
    }
    if (!begin.isBefore(end) || begin.isAfter(now)) {
      throw new IllegalArgumentException(
          "the first day comes before the last, and not after today");
    }
    return new Period(begin, end.isAfter(now) ? now : end, names);
  }

  Answer download(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    try {
      Period period = period(visit.field("from"), visit.field("until"), visit.field("controls"));
      EvidenceRoom.Made made = parts.evidence().make(period);
      custody.record(
          new Event.EvidenceExported(
              custody.name(visit.subject()),
              period.from(),
              period.until(),
              period.controls(),
              made.digest()));
      return new Answer.File(
          "evidence-%s-%s.zip".formatted(visit.field("from"), visit.field("until")),
          "application/zip",
          made.zip());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Refusal.badRequest(Shown.line(String.valueOf(e.getMessage())));
    }
  }

  Answer verify(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return page(
        200,
        new EvidenceView(
            today.minusDays(DAYS).toString(),
            today.toString(),
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.of(parts.evidence().verify()),
            Optional.empty()));
  }
}
