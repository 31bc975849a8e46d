package dev.countersign.decision.console;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The console's cookies: for this host alone, out of scripts' reach, and not sent along with other
 * sites' forms. Over TLS their names make browsers hold to that.
 */
final class Cookies {

  static final String SESSION = "countersign";
  static final String SIGN_IN = "countersign-sign-in";

  private final boolean tls;

  Cookies(URI publicUrl) {
    this.tls = "https".equals(publicUrl.getScheme());
  }

  private String name(String name) {
    return (tls ? "__Host-" : "") + name;
  }

  /** A cookie that is there once; of two with one name neither is believed. */
  Optional<String> read(HttpServerExchange exchange, String name) {
    Optional<String> found = Optional.empty();
    for (Cookie cookie : exchange.requestCookies()) {
      if (cookie.getName().equals(name(name))) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.ofNullable(cookie.getValue());
      }
    }
    return found;
  }

  void set(HttpServerExchange exchange, String name, String value, Duration age) {
    exchange
        .getResponseHeaders()
        .add(
            Headers.SET_COOKIE,
            "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                .formatted(name(name), value, age.toSeconds(), tls ? "; Secure" : ""));
  }

  void clear(HttpServerExchange exchange, String name) {
    set(exchange, name, "", Duration.ZERO);
  }
}
