package dev.countersign.decision.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, of one type and not longer than it may be. */
final class RequestBody {

  /** Bytes. */
  static final int MAX_JSON = 16 * 1024;

  private static final AttachmentKey<byte[]> KEPT = AttachmentKey.create(byte[].class);
  private static final AttachmentKey<Boolean> SECRET = AttachmentKey.create(Boolean.class);

  private RequestBody() {}

  /** Reads the body, whatever its type, and keeps it for the operation that reads it again. */
  static byte[] keep(HttpServerExchange exchange, int max) throws ApiError {
    byte[] body = bounded(exchange, max);
    exchange.putAttachment(KEPT, body);
    return body;
  }

  /** Says that the answer holds a secret: it is kept nowhere. */
  static void answerHoldsSecret(HttpServerExchange exchange) {
    exchange.putAttachment(SECRET, true);
  }

  static boolean holdsSecret(HttpServerExchange exchange) {
    return exchange.getAttachment(SECRET) != null;
  }

  static byte[] json(HttpServerExchange exchange) throws ApiError {
    return bytes(exchange, "application/json", MAX_JSON);
  }

  /**
   * Reads a body.
   *
   * @param type its media type, without parameters
   * @param max how many bytes it may have
   */
  static byte[] bytes(HttpServerExchange exchange, String type, int max) throws ApiError {
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
    if (!sent.split(";", 2)[0].strip().equalsIgnoreCase(type)) {
      throw ApiError.unsupportedMediaType(type);
    }
    byte[] kept = exchange.getAttachment(KEPT);
    if (kept == null) {
      return bounded(exchange, max);
    }
    if (kept.length > max) {
      throw ApiError.tooLarge(max);
    }
    return kept;
  }

  private static byte[] bounded(HttpServerExchange exchange, int max) throws ApiError {
    if (exchange.getRequestContentLength() > max) {
      throw ApiError.tooLarge(max);
    }
    byte[] body = read(exchange, max);
    if (body.length > max) {
      throw ApiError.tooLarge(max);
    }
    return body;
  }

  private static byte[] read(HttpServerExchange exchange, int max) throws ApiError {
    try (InputStream in = exchange.getInputStream()) {
      return in.readNBytes(max + 1);
    } catch (IOException e) {
      throw ApiError.badRequest("the body did not arrive");
    }
  }
}
