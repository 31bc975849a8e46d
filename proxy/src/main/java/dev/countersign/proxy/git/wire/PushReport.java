package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of a push.
 *
 * <pre>
 * "unpack " ("ok" | error)  ("ok " ref | "ng " ref " " reason)*  flush
 * </pre>
 *
 * @param unpack {@code ok}, or what is wrong with the pack
 * @see <a href="https://git-scm.com/docs/pack-protocol">Report status</a>
 */
public record PushReport(String unpack, List<Ref> refs) {

  private static final int MAX_REFS = 100_000;

  /**
   * What became of one ref.
   *
   * @param refusal why it did not become what was asked; empty if it did
   */
  public record Ref(String ref, Optional<String> refusal) {

    /**
     * A line, as it stands on the wire: a reason with lines of its own could tell of other refs.
     */
    @Override
    public String toString() {
      return PlainText.line(refusal.map(reason -> "ng " + ref + " " + reason).orElse("ok " + ref));
    }
  }

  public PushReport {
    refs = List.copyOf(refs);
  }

  /** What is said of each ref where nothing was pushed. */
  public static PushReport refused(PushRequest request, String refusal) {
    return new PushReport(
        "ok",
        request.commands().stream()
            .map(command -> new Ref(command.ref(), Optional.of(refusal)))
            .toList());
  }

  /** Reads an upstream's. */
  public static PushReport read(PacketReader in) throws IOException {
    if (!(in.next() instanceof Packet.Line first) || !first.text().startsWith("unpack ")) {
      throw new GitWireException("the upstream does not report what became of the push");
    }
    List<Ref> refs = new ArrayList<>();
    while (in.next() instanceof Packet.Line line) {
      String text = line.text();
      if (refs.size() == MAX_REFS) {
        throw new GitWireException("the upstream reports of too many refs");
      }
      if (text.startsWith("ok ")) {
        refs.add(new Ref(text.substring(3), Optional.empty()));
      } else if (text.startsWith("ng ")) {
        int space = text.indexOf(' ', 3);
        refs.add(
            space < 0
                ? new Ref(text.substring(3), Optional.of("refused"))
                : new Ref(text.substring(3, space), Optional.of(text.substring(space + 1))));
      } else {
        throw new GitWireException("the upstream's report is not understood");
      }
    }
    return new PushReport(first.text().substring("unpack ".length()), refs);
  }

  public boolean isOk() {
    return unpack.equals("ok") && refs.stream().allMatch(ref -> ref.refusal().isEmpty());
  }

  public void write(PacketWriter out) throws IOException {
    out.text(unpacked());
    for (Ref ref : refs) {
      out.text(ref.toString());
    }
    out.flush();
  }

  private String unpacked() {
    return PlainText.line("unpack " + unpack);
  }

  /** A line for each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(unpacked());
    refs.forEach(ref -> text.append('\n').append(ref));
    return text.toString();
  }
}
