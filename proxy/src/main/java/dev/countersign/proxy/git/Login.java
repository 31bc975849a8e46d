package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a client shows of itself: a token as a bearer, or as the password of any user. */
final class Login {

  private static final int LONGEST = 16 << 10;

  private Login() {}

  /** The token; empty if there is none, or more than one. */
  static Optional<String> token(HttpFields headers) {
    List<String> values = headers.values("Authorization");
    if (values.size() != 1 || values.getFirst().length() > LONGEST) {
      return Optional.empty();
    }
    String value = values.getFirst();
    int space = value.indexOf(' ');
    if (space < 0) {
      return Optional.empty();
    }
    String credentials = value.substring(space + 1).strip();
    return switch (value.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "bearer" -> Optional.of(credentials).filter(token -> !token.isEmpty());
      case "basic" -> password(credentials);
      default -> Optional.empty();
    };
  }

  private static Optional<String> password(String credentials) {
    try {
      String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(pair.substring(colon + 1)).filter(token -> !token.isEmpty());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
