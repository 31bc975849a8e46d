package dev.countersign.proxy.git;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushReport;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.proxy.git.wire.Sideband;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The answer to a push: lines for a human while it goes on, and the report at its end. */
final class PushAnswer implements AutoCloseable {

  private final OutputStream out;
  private final Optional<Sideband> band;
  private final boolean reports;
  private boolean gone;
  private int timesTold;

  private PushAnswer(OutputStream out, Optional<Sideband> band, boolean reports) {
    this.out = out;
    this.band = band;
    this.reports = reports;
  }

  static PushAnswer begin(HttpExchange exchange, String contentType, PushRequest request)
      throws IOException {
    OutputStream out = Answers.git(exchange, contentType);
    return new PushAnswer(
        out,
        request.has(PushRequest.SIDE_BAND) ? Optional.of(new Sideband(out)) : Optional.empty(),
        request.has(PushRequest.REPORT_STATUS));
  }

  private void say(String line) throws IOException {
    if (band.isPresent()) {
      band.get().say(line);
    }
  }

  /** What the upstream says. A client that has left does not keep its report from being read. */
  void relay(String text) {
    try {
      if (band.isPresent() && !gone) {
        band.get().relay(text);
      }
    } catch (IOException e) {
      gone = true;
    }
  }

  /**
   * Says that a human is asked: at length the first time, then that it goes on, less and less
   * often. Every time something is sent, which is how a client that has left is noticed.
   *
   * @param withoutClient whether the client may leave
   */
  void waiting(MatchedRow row, Approvals.Pending pending, boolean withoutClient)
      throws IOException {
    timesTold++;
    if (timesTold > 1) {
      if (Integer.bitCount(timesTold) == 1) {
        say("still waiting for approval " + pending.id() + " " + pending.url());
      } else if (band.isPresent()) {
        band.get().keepAlive();
      }
      return;
    }
    say("");
    say("Countersign: waiting for approval " + pending.id());
    say("  why:     " + row.rule() + " (" + row.reason() + ")");
    say("  answer:  " + pending.url());
    say("  until:   " + pending.expires().truncatedTo(ChronoUnit.SECONDS));
    say(
        withoutClient
            ? "  Ctrl-C does not withdraw it: it goes through when somebody says yes."
            : "  Ctrl-C withdraws it.");
    say("");
  }

  /** Says that somebody said yes. */
  void approved() {
    relay("approved; it goes to the upstream now\n");
  }

  /**
   * Says that nothing was pushed, and why.
   *
   * @param commands empty where they were not understood
   * @param blocked the refs that are why; all if it is empty
   */
  void refused(
      Passage.Refused refused,
      List<RefCommand> commands,
      Set<String> blocked,
      List<Finding> findings)
      throws IOException {
    say("");
    say("Countersign: " + refused.message());
    for (Finding finding : findings) {
      say("  found " + finding);
    }
    if (!refused.row().hint().isEmpty()) {
      say("  hint: " + refused.row().hint());
    }
    say("  decision " + refused.decision());
    say("");
    report(
        new PushReport(
            commands.isEmpty() ? refused.message() : "ok",
            commands.stream()
                .map(
                    command ->
                        new PushReport.Ref(
                            command.ref(),
                            Optional.of(
                                blocked.isEmpty() || blocked.contains(command.ref())
                                    ? refused.message()
                                    : "not pushed: another ref of this push is blocked")))
                .toList()));
  }

  void report(PushReport report) throws IOException {
    if (!reports) {
      return;
    }
    if (band.isPresent()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      report.write(new PacketWriter(bytes));
      band.get().report(bytes.toByteArray());
    } else {
      report.write(new PacketWriter(out));
    }
  }

  @Override
  public void close() throws IOException {
    if (band.isPresent()) {
      band.get().end();
    }
    out.close();
  }
}
