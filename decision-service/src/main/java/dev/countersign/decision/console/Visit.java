package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.signin.BrowserSession;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.PathTemplateMatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One request of somebody who is signed in. */
final class Visit {

  private static final int MAX_FORM = 64 * 1024;
  private static final int MAX_FIELDS = 32;
  private static final int MAX_QUERY = 1000;
  private static final HttpString HTMX = new HttpString("HX-Request");

  private final HttpServerExchange exchange;
  private final BrowserSession session;
  private final Map<String, String> form;

  private Visit(HttpServerExchange exchange, BrowserSession session, Map<String, String> form) {
    this.exchange = exchange;
    this.session = session;
    this.form = form;
  }

  static Visit reading(HttpServerExchange exchange, BrowserSession session) {
    return new Visit(exchange, session, Map.of());
  }

  static Visit posting(
      HttpServerExchange exchange, BrowserSession session, Map<String, String> form) {
    return new Visit(exchange, session, form);
  }

  BrowserSession session() {
    return session;
  }

  Subject subject() {
    return session.subject();
  }

  /** Whether a part of a page is wanted, by the script that is on it. */
  boolean isPartial() {
    return exchange.getRequestHeaders().contains(HTMX);
  }

  /** From the path itself: Undertow's query parameters would let {@code ?id=} speak first. */
  String id() throws Refusal {
    return segment("id");
  }

  String segment(String name) throws Refusal {
    PathTemplateMatch match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
    String value = match == null ? null : match.getParameters().get(name);
    if (value == null) {
      throw Refusal.notFound("There is no such page.");
    }
    return value;
  }

  /** A parameter of the address; an empty one is none. */
  Optional<String> query(String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null
        ? Optional.empty()
        : Optional.of(values.getFirst()).filter(v -> !v.isBlank() && v.length() <= MAX_QUERY);
  }

  /** A field of the form; an absent one is empty. */
  String field(String name) {
    return form.getOrDefault(name, "");
  }

  /** The body of a form, as it came. */
  static byte[] body(HttpServerExchange exchange) throws Refusal {
    String type = String.valueOf(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded")) {
      throw Refusal.badRequest("That is not a form of this console.");
    }
    try (InputStream in = exchange.getInputStream()) {
      byte[] body = in.readNBytes(MAX_FORM + 1);
      if (body.length > MAX_FORM) {
        throw Refusal.tooLarge("A form has at most 64 kB.");
      }
      return body;
    } catch (IOException e) {
      throw Refusal.badRequest("The form did not arrive whole.");
    }
  }

  /** The form that came with a request. */
  static Map<String, String> form(byte[] body) throws Refusal {
    try {
      return fields(new String(body, UTF_8));
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("That is not a form of this console.");
    }
  }

  /** The first of each name counts. */
  private static Map<String, String> fields(String body) throws Refusal {
    Map<String, String> fields = new HashMap<>();
    for (String pair : body.split("&", MAX_FIELDS + 1)) {
      if (fields.size() == MAX_FIELDS) {
        throw Refusal.badRequest("A form has at most 32 fields.");
      }
      String[] parts = pair.split("=", 2);
      String value = parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "";
      fields.putIfAbsent(URLDecoder.decode(parts[0], UTF_8), value.replace("\r\n", "\n"));
    }
    return fields;
  }
}
