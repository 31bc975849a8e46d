package dev.countersign.decision.console;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the console's own pages from others: by the host that is asked for, and by what browsers
 * say about where a form comes from.
 */
final class Origin {

  private static final HttpString SITE = new HttpString("Sec-Fetch-Site");
  private static final HttpString MODE = new HttpString("Sec-Fetch-Mode");
  private static final HttpString DESTINATION = new HttpString("Sec-Fetch-Dest");
  private static final HttpString PURPOSE = new HttpString("Sec-Purpose");

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

  /**
   * Refuses what nobody looks at: a page that another site's page embeds, or that a browser fetches
   * beforehand. That somebody was shown a request is on the record, and lets their yes count.
   */
  void requireReader(HttpServerExchange exchange) throws Refusal {
    if (said(exchange, PURPOSE).contains("prefetch")) {
      throw Refusal.forbidden("Pages are not fetched before they are looked at.", "Open it.");
    }
    String site = said(exchange, SITE);
    boolean foreign = site.equals("cross-site") || site.equals("same-site");
    boolean opened =
        said(exchange, MODE).equals("navigate") && said(exchange, DESTINATION).equals("document");
    if (foreign && !opened) {
      throw Refusal.forbidden("Another site's page fetches this one.", "Open the console itself.");
    }
  }

  private static String said(HttpServerExchange exchange, HttpString header) {
    @Nullable String value = exchange.getRequestHeaders().getFirst(header);
    return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
  }

  /** The path and query of an address of the console, as a script says where it runs. */
  Optional<String> own(@Nullable String address) {
    return address != null && address.startsWith(origin + "/")
        ? Optional.of(address.substring(origin.length()).split("#", 2)[0])
        : Optional.empty();
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
