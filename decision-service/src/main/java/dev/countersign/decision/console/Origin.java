package dev.countersign.decision.console;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Tells the console's own pages from others: by the host that is asked for, and by what browsers
 * say about where a form comes from.
 */
final class Origin {

  private static final HttpString SITE = new HttpString("Sec-Fetch-Site");

  private final URI publicUrl;
  private final String origin;
  private final String authority;

  Origin(URI publicUrl) {
    this.publicUrl = publicUrl;
    this.authority = authority(publicUrl);
    this.origin = publicUrl.getScheme() + "://" + authority;
  }

  private static String authority(URI url) {
    int usual = "https".equals(url.getScheme()) ? 443 : 80;
    return url.getPort() < 0 || url.getPort() == usual
        ? url.getHost()
        : url.getHost() + ":" + url.getPort();
  }

  /** A page under a name of somebody else's must not reach this one: DNS can be rebound. */
  void requireHost(HttpServerExchange exchange) throws Refusal {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    if (!authority.equalsIgnoreCase(host)) {
      throw Refusal.misdirected(
          "The console is not at this address.", "It is at " + publicUrl + " only.");
    }
  }

  /** Refuses a form that is not certainly of our own page. */
  void requireOwn(HttpServerExchange exchange) throws Refusal {
    @Nullable String from = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    @Nullable String site = exchange.getRequestHeaders().getFirst(SITE);
    boolean own =
        origin.equalsIgnoreCase(from) && (site == null || site.equalsIgnoreCase("same-origin"));
    if (!own) {
      throw Refusal.forbidden(
          "That form comes from another site.", "Open the console itself and do it there.");
    }
  }
}
