package dev.countersign.decision.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, of one type and not longer than it may be. */
final class RequestBody {

  /** Bytes. */
  static final int MAX_JSON = 16 * 1024;

  private RequestBody() {}

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
