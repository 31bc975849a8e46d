package dev.countersign.decision.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name that a client gives to a change, so that it can send the request again when it has not
 * heard the answer, and the change is made once.
 *
 * @param digest SHA-256 in hex over all of the request that says what is to be done
 * @see <a
 *     href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header">The
 *     Idempotency-Key HTTP header field</a>
 */
record IdempotencyKey(String value, String digest) {

  static final HttpString HEADER = new HttpString("Idempotency-Key");

  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** The key of a request, if it has one. */
  static Optional<IdempotencyKey> of(HttpServerExchange exchange, byte[] body) throws ApiError {
    HeaderValues values = exchange.getRequestHeaders().get(HEADER);
    if (values == null) {
      return Optional.empty();
    }
    // The draft has it as a quoted string; most clients send it bare.
    String value = values.getFirst().replaceFirst("^\"(.*)\"$", "$1");
    if (values.size() != 1 || !FORM.matcher(value).matches()) {
      throw ApiError.badRequest(
          "Idempotency-Key is one name of 1 to 128 visible ASCII characters, such as a UUID");
    }
    return Optional.of(new IdempotencyKey(value, digest(exchange, body)));
  }

  private static String digest(HttpServerExchange exchange, byte[] body) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      String head =
          "%s %s?%s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestPath(),
                  exchange.getQueryString(),
                  exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
      sha.update(head.getBytes(UTF_8));
      sha.update((byte) 0);
      return HexFormat.of().formatHex(sha.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
