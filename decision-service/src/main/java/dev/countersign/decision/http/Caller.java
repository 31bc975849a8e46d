package dev.countersign.decision.http;

import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.time.Instant;
import java.util.Optional;

/** Finds out who calls, from the bearer token and nothing else: no cookie, no query parameter. */
final class Caller {

  private static final String SCHEME = "bearer ";
  private static final AttachmentKey<VerifiedToken> VERIFIED =
      AttachmentKey.create(VerifiedToken.class);

  private final TokenVerifier verifier;

  private final StepUp stepUp;

  Caller(TokenVerifier verifier, StepUp stepUp) {
    this.verifier = verifier;
    this.stepUp = stepUp;
  }

  /** Who calls; found out once for each request. */
  VerifiedToken require(HttpServerExchange exchange) throws ApiError {
    VerifiedToken known = exchange.getAttachment(VERIFIED);
    if (known != null) {
      return known;
    }
    VerifiedToken token = verified(exchange);
    exchange.putAttachment(VERIFIED, token);
    return token;
  }

  private VerifiedToken verified(HttpServerExchange exchange) throws ApiError {
    Optional<String> token = token(exchange);
    if (token.isEmpty()) {
      throw ApiError.unauthenticated("this needs a bearer token");
    }
    try {
      return verifier.verify(token.get());
    } catch (TokenRefused e) {
      throw ApiError.unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  /** Whether a token that was good still is, and still says the same of whoever calls. */
  boolean isStillGood(HttpServerExchange exchange, VerifiedToken token) {
    try {
      return token.expires().isAfter(Instant.now())
          && verified(exchange).subject().equals(token.subject());
    } catch (ApiError e) {
      return false;
    }
  }

  /** Who calls, if they signed in as those must who answer for others. */
  VerifiedToken requireStepUp(HttpServerExchange exchange) throws ApiError {
    VerifiedToken token = require(exchange);
    Optional<String> lack = stepUp.lackOf(token.signIn(), Instant.now());
    if (lack.isPresent()) {
      throw ApiError.refused(
          403, "step_up", lack.get(), "sign in again, as your organisation asks for it");
    }
    return token;
  }

  static Optional<String> token(HttpServerExchange exchange) throws ApiError {
    HeaderValues values = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
    if (values == null) {
      return Optional.empty();
    }
    String value = values.getFirst();
    if (values.size() != 1 || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw ApiError.unauthenticated("the Authorization header is not one bearer token");
    }
    return Optional.of(value.substring(SCHEME.length()).strip());
  }
}
