package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.KubeRequest.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Brings an answer of the API server to the client: masked where it has to be, and recorded. */
final class Answering {

  private static final String WARNING = "Warning";
  private static final List<String> PASSED =
      List.of("Content-Type", "Retry-After", "Audit-Id", "ETag", "Vary");

  private static final Pattern SHORT_LENGTH = Pattern.compile("[1-9][0-9]{0,3}");

  /** Answers that tell what was wrong with a value. */
  private static final Set<Integer> QUOTING = Set.of(400, 422, 500);

  private final HttpExchange exchange;
  private final Release release;
  private final Asked asked;
  private final Judging judging;
  private final int recorded;

  Answering(HttpExchange exchange, Release release, Asked asked, Judging judging, int recorded) {
    this.exchange = exchange;
    this.release = release;
    this.asked = asked;
    this.judging = judging;
    this.recorded = recorded;
  }

  /**
   * Passes it on.
   *
   * @param warning for the person at the client; may be empty
   */
  void pass(UpstreamResponse answer, String warning) throws IOException {
    String type = answer.fields().first("content-type").orElse("").toLowerCase(Locale.ROOT);
    boolean isPlain =
        answer.fields().elements("content-encoding").stream().allMatch("identity"::equals);
    boolean isKnown =
        !asked.info().isResource()
            || type.startsWith("application/json")
            || (asked.isText() && type.startsWith("text/plain"));
    if (!isPlain || !isKnown) {
      int status = answer.status() >= 400 ? answer.status() : 502;
      refuse(
          exchange,
          Refusal.of(
              status,
              "the API server answers " + answer.status() + " in a form that cannot be looked at"));
      release.failed(Integer.toString(status));
      return;
    }
    if (judging.masked() && isQuoting(answer.status())) {
      refuse(
          exchange,
          Refusal.of(
              answer.status(),
              "the API server refuses it; its words are left out, as they may quote what is"
                  + " hidden"));
      release.failed(Integer.toString(answer.status()));
      return;
    }
    HttpFields fields = fields(answer, warning);
    Optional<ObjectMask> mask =
        judging.masked() && asked.info().isResource()
            ? Optional.of(new ObjectMask(judging.detectors()))
            : Optional.empty();
    RecordingOutput out =
        new RecordingOutput(
            exchange.respond(answer.status(), fields), asked.info().isResource() ? recorded : 0);
    boolean isWhole = false;
    try {
      if (asked.isEndless()) {
        // A watch may be quiet for long, but it has begun.
        out.flush();
      }
      copy(answer, type, mask, out);
      out.close();
      isWhole = true;
    } finally {
      if (!isWhole) {
        // An end of its own making would look to the client as if that were all.
        exchange.abort();
      }
      record(answer.status(), isWhole || asked.isEndless(), recordable(out), hidden(mask));
    }
  }

  /** What refuses a change to somebody who may not see the object may quote the object. */
  private boolean isQuoting(int status) {
    return QUOTING.contains(status) || (status == 403 && changes());
  }

  private boolean changes() {
    return asked.info().verb().changesState();
  }

  private static List<String> hidden(Optional<ObjectMask> mask) {
    return mask.map(ObjectMask::hidden).map(List::copyOf).orElse(List.of());
  }

  private void record(int status, boolean isWhole, String content, List<String> hidden) {
    if (!content.isEmpty()) {
      release.content(Stream.RESPONSE_BODY, content);
    }
    if (!isWhole) {
      release.failed("broken off");
    } else if (status < 400) {
      release.completed(Integer.toString(status), 0, hidden);
    } else {
      release.failed(Integer.toString(status));
    }
  }

  private String recordable(RecordingOutput out) {
    return asked.info().isResource() ? out.recorded() : "";
  }

  private void copy(
      UpstreamResponse answer, String type, Optional<ObjectMask> mask, OutputStream out)
      throws IOException {
    InputStream in = answer.body();
    if (exchange.method().equals("HEAD")) {
      return;
    }
    if (mask.isEmpty()) {
      plain(in, new byte[block(answer)], out);
      return;
    }
    AnswerCopy copy = new AnswerCopy(mask.get(), asked.info().base().equals("secrets"));
    if (!type.startsWith("application/json")) {
      copy.lines(in, out);
    } else if (asked.info().verb() == Verb.WATCH && answer.status() == 200) {
      copy.events(in, out);
    } else {
      copy.document(in, out);
    }
  }

  /** As many bytes as the answer says that it has, or are enough at once. */
  private int block(UpstreamResponse answer) {
    if (asked.isEndless()) {
      return 4 << 10;
    }
    return answer
        .fields()
        .first("content-length")
        .filter(length -> SHORT_LENGTH.matcher(length).matches())
        .map(Integer::parseInt)
        .orElse(16 << 10);
  }

  private void plain(InputStream in, byte[] block, OutputStream out) throws IOException {
    boolean flushes = asked.isEndless();
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      out.write(block, 0, count);
      if (flushes) {
        out.flush();
      }
    }
  }

  private HttpFields fields(UpstreamResponse answer, String warning) {
    List<HttpFields.Field> fields = new ArrayList<>();
    for (HttpFields.Field field : answer.fields().all()) {
      if (PASSED.stream().anyMatch(field.name()::equalsIgnoreCase)
          || (field.name().equalsIgnoreCase(WARNING) && isShown(field.value()))) {
        fields.add(field);
      }
    }
    if (!warning.isEmpty()) {
      fields.add(new HttpFields.Field(WARNING, "299 countersign \"" + quotable(warning) + "\""));
    }
    return new HttpFields(fields);
  }

  /** Whoever looks at a change, such as a webhook, may quote in its warning what is hidden. */
  private boolean isShown(String warning) {
    return !judging.masked()
        || (!changes() && new SecretText(judging.detectors()).line(warning).equals(warning));
  }

  private static String quotable(String warning) {
    return warning.replaceAll("[^ -!#-\\[\\]-~]", "?");
  }

  /** Answers with a denial. */
  static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    byte[] body = refusal.body();
    HttpFields fields =
        HttpFields.of(
            "Content-Type", "application/json", "Content-Length", Integer.toString(body.length));
    if (refusal.retryAfter().isPresent()) {
      fields = fields.with("Retry-After", Integer.toString(refusal.retryAfter().getAsInt()));
    }
    try (OutputStream out = exchange.respond(refusal.status(), fields)) {
      out.write(body);
    }
  }
}
