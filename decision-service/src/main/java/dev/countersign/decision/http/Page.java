package dev.countersign.decision.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The part of a list that a client asks for: how much, and what it has seen already.
 *
 * <p>A client gets a cursor with each part that is not the last. It names the last entry of that
 * part, so entries that come or go in between neither hide others nor show them twice.
 */
record Page(int limit, Optional<Place> after) {

  static final int DEFAULT = 100;
  static final int MOST = 200;

  /**
   * Where an entry stands: the newest first, those of one time by their id.
   *
   * @param at the epoch for lists that are ordered by name alone
   */
  record Place(Instant at, String id) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::at).reversed().thenComparing(Place::id);

    static Place named(String name) {
      return new Place(Instant.EPOCH, name);
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    private String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((at + " " + id).getBytes(UTF_8));
    }

    private static Place of(String cursor) throws ApiError {
      try {
        String[] parts = new String(Base64.getUrlDecoder().decode(cursor), UTF_8).split(" ", 2);
        if (parts.length == 2) {
          return new Place(Instant.parse(parts[0]), parts[1]);
        }
      } catch (IllegalArgumentException | DateTimeException e) {
        // Said below.
      }
      throw ApiError.badRequest("cursor is what the list before answered as next");
    }
  }

  /** What a request asks for. */
  static Page of(HttpServerExchange exchange) throws ApiError {
    Optional<String> limit = parameter(exchange, "limit");
    Optional<String> cursor = parameter(exchange, "cursor");
    return new Page(
        limit.isPresent() ? limit(limit.get()) : DEFAULT,
        cursor.isPresent() ? Optional.of(Place.of(cursor.get())) : Optional.empty());
  }

  private static int limit(String text) throws ApiError {
    if (text.matches("[0-9]{1,3}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    }
    throw ApiError.badRequest("limit is a number from 1 to " + MOST);
  }

  private static Optional<String> parameter(HttpServerExchange exchange, String name)
      throws ApiError {
    Deque<String> values = exchange.getQueryParameters().get(name);
    if (values != null && values.size() != 1) {
      throw ApiError.badRequest(name + " is given once");
    }
    return Optional.ofNullable(values).map(Deque::getFirst);
  }

  /**
   * The answer with this part of a list.
   *
   * @param member what the list is called
   * @param all the list, in whatever order
   */
  <T> ObjectNode of(
      String member, List<T> all, Function<T, Place> place, Function<T, JsonNode> json) {
    List<T> rest =
        all.stream()
            .filter(entry -> after.isEmpty() || place.apply(entry).compareTo(after.get()) > 0)
            .sorted(Comparator.comparing(place))
            .toList();
    ObjectNode out = ApiJson.object();
    ArrayNode list = out.putArray(member);
    rest.stream().limit(limit).forEach(entry -> list.add(json.apply(entry)));
    out.put("next", rest.size() > limit ? place.apply(rest.get(limit - 1)).cursor() : null);
    return out;
  }
}
