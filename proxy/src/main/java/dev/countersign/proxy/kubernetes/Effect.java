package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.MootException;
import java.io.IOException;
import java.util.List;

/** What a request would do, asked of the API server for the human who is asked. */
final class Effect implements Evidence {

  private final Forwarding upstream;
  private final Asked asked;
  private final boolean masked;
  private int status = 503;

  /**
   * @param masked whether the client is not to see values of the object
   */
  Effect(Forwarding upstream, Asked asked, boolean masked) {
    this.upstream = upstream;
    this.asked = asked;
    this.masked = masked;
  }

  @Override
  public Gathered gather() throws MootException {
    if (!asked.facts().changesState() || asked.connects()) {
      return new Gathered(List.of(), "");
    }
    try {
      Preview preview = Preview.of(upstream, asked);
      return new Gathered(
          preview.exhibits(asked.info().base().equals("secrets")), preview.found().state());
    } catch (Preview.RefusedException e) {
      status = e.status();
      throw new MootException(Integer.toString(status), words(e, masked));
    } catch (IOException e) {
      throw new MootException("503", "nobody was asked: " + e.getMessage());
    }
  }

  /** The status of the answer that made asking pointless. */
  int status() {
    return status;
  }

  /** For the client: what the server says may quote values. */
  static String words(Preview.RefusedException refused, boolean masked) {
    String said = String.valueOf(refused.getMessage());
    return "the API server does not carry it out or show it"
        + (masked || said.isEmpty() ? "" : ": " + said);
  }
}
