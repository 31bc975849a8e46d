package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.signin.BrowserSession;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.workbook.WorkbookReader;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.server.handlers.form.MultiPartParserDefinition;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.PathTemplateMatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
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
  private final Form form;

  /** A file that came with a form. */
  record Upload(String name, ByteBuffer bytes) {

    byte[] content() {
      byte[] content = new byte[bytes.remaining()];
      bytes.duplicate().get(content);
      return content;
    }
  }

  /**
   * A form as it came.
   *
   * @param body what of it is put on record, by its digest
   */
  record Form(Map<String, String> fields, Optional<Upload> upload, ByteBuffer body) {}

  private Visit(HttpServerExchange exchange, BrowserSession session, Form form) {
    this.exchange = exchange;
    this.session = session;
    this.form = form;
  }

  static Visit reading(HttpServerExchange exchange, BrowserSession session) {
    return new Visit(
        exchange, session, new Form(Map.of(), Optional.empty(), ByteBuffer.allocate(0)));
  }

  static Visit posting(HttpServerExchange exchange, BrowserSession session, Form form) {
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
    return isPartial(exchange);
  }

  static boolean isPartial(HttpServerExchange exchange) {
    return exchange.getRequestHeaders().contains(HTMX);
  }

  /** Whether the page is wanted with what would come after it, for want of a script. */
  boolean wantsAllAtOnce() {
    return query("whole").isPresent();
  }

  /** From the path itself: Undertow's query parameters would let {@code ?id=} speak first. */
  String id() throws Refusal {
    PathTemplateMatch match = exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY);
    String value = match == null ? null : match.getParameters().get("id");
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
    return form.fields().getOrDefault(name, "");
  }

  /** The file that came with the form. */
  Optional<Upload> upload() {
    return form.upload();
  }

  /**
   * The form that came with a request.
   *
   * @param takesFile whether a file may come with its fields
   */
  static Form form(HttpServerExchange exchange, boolean takesFile) throws Refusal {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
    String type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (type.equals("application/x-www-form-urlencoded")) {
      return plain(exchange);
    }
    if (takesFile && type.equals("multipart/form-data")) {
      return withFile(exchange);
    }
    throw Refusal.badRequest("That is not a form of this page.");
  }

  private static Form plain(HttpServerExchange exchange) throws Refusal {
    try (InputStream in = exchange.getInputStream()) {
      byte[] body = in.readNBytes(MAX_FORM + 1);
      if (body.length > MAX_FORM) {
        throw Refusal.tooLarge("A form has at most 64 kB.");
      }
      return new Form(fields(new String(body, UTF_8)), Optional.empty(), ByteBuffer.wrap(body));
    } catch (IOException | IllegalArgumentException e) {
      throw Refusal.badRequest("The form did not arrive whole.");
    }
  }

  private static Form withFile(HttpServerExchange exchange) throws Refusal {
    var definition = new MultiPartParserDefinition();
    definition.setMaxIndividualFileSize(WorkbookReader.MOST_BYTES);
    definition.setFileSizeThreshold(WorkbookReader.MOST_BYTES + 1L);
    try (FormDataParser parser = definition.create(exchange)) {
      if (parser == null) {
        throw Refusal.badRequest("That is not a form of this console.");
      }
      FormData data = parser.parseBlocking();
      Map<String, String> fields = new HashMap<>();
      Optional<Upload> upload = Optional.empty();
      for (String name : data) {
        FormData.FormValue value = data.getFirst(name);
        if (value.isFileItem()) {
          try (InputStream in = value.getFileItem().getInputStream()) {
            upload =
                Optional.of(
                    new Upload(
                        String.valueOf(value.getFileName()),
                        ByteBuffer.wrap(in.readNBytes(WorkbookReader.MOST_BYTES))));
          }
        } else {
          fields.put(name, value.getValue());
        }
      }
      ByteBuffer body = upload.map(Upload::bytes).orElse(ByteBuffer.allocate(0));
      return new Form(fields, upload.filter(file -> file.bytes().hasRemaining()), body);
    } catch (IOException e) {
      throw Refusal.tooLarge("A workbook has at most 5 MB.");
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
