package dev.countersign.decision.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer that goes on: server-sent events, each with a number from which its reader resumes.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML</a>
 */
final class EventStream {

  static final String TYPE = "text/event-stream";

  private static final int RECONNECT_MILLIS = 2000;

  /** Decimal digits: a number of events that never ends in a life. */
  private static final int MOST_DIGITS = 18;

  private final OutputStream out;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** Begins to answer. */
  static EventStream begin(HttpServerExchange exchange) throws IOException {
    HeaderMap headers = exchange.getResponseHeaders();
    ApiServer.guard(headers, TYPE);
    headers.put(Headers.CONNECTION, "close");
    EventStream stream = new EventStream(exchange.getOutputStream());
    stream.write("retry: " + RECONNECT_MILLIS + "\n\n");
    return stream;
  }

  /** The number of the last event a reader has, if it says so. */
  static Optional<Long> lastId(HttpServerExchange exchange) throws ApiError {
    @Nullable String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    if (id == null || id.isEmpty()) {
      return Optional.empty();
    }
    if (id.length() > MOST_DIGITS || !id.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw ApiError.badRequest("Last-Event-ID is the id of an event of this stream");
    }
    return Optional.of(Long.parseLong(id));
  }

  /** One event. JSON is one line, so nothing in it can be taken for another. */
  void send(long id, String type, ObjectNode data) throws IOException {
    send(id, type, data.toString());
  }

  /** One event whose data is JSON already, in one line. */
  void send(long id, String type, String data) throws IOException {
    write("id: " + id + "\nevent: " + type + "\ndata: " + data + "\n\n");
  }

  /** Says that the stream is alive; fails if nobody reads any more. */
  void beat() throws IOException {
    write(":\n\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
