package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.proxy.postgres.catalog.Catalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns SQL texts into facts. Safe for any number of threads; a text that came twice with the same
 * catalog, or one that differs from others in its literals only, is not parsed again.
 */
public final class SqlClassifier implements AutoCloseable {

  /** So many bytes a door lets through at most: no text that is read has more characters. */
  public static final int MAX_LENGTH = 256 * 1024;

  /** Characters of texts whose facts are kept, and what a short one weighs all the same. */
  private static final long CACHED_CHARACTERS = 16L * 1024 * 1024;

  private static final int LEAST_WEIGHT = 256;

  private record Key(String sql, long epoch) {}

  private final ParserPool parsers = new ParserPool();
  private final ShapeCache shapes = new ShapeCache();
  private final SeenOnce seen = new SeenOnce();
  private final Cache<Key, List<ClassifiedStatement>> cache =
      Caffeine.newBuilder()
          // Another thread to make room is dearer than making it.
          .executor(Runnable::run)
          .maximumWeight(CACHED_CHARACTERS)
          .weigher((Key key, List<ClassifiedStatement> value) -> LEAST_WEIGHT + key.sql().length())
          .build();

  /**
   * The statements of a text in order; empty for an empty text.
   *
   * @param catalog what names are resolved with
   * @throws SqlRefused if it cannot be understood
   */
  public List<ClassifiedStatement> classify(String sql, Catalog catalog) throws SqlRefused {
    if (sql.length() > MAX_LENGTH) {
      throw SqlRefused.tooLong(MAX_LENGTH);
    }
    Key key = new Key(sql, catalog.epoch());
    @Nullable List<ClassifiedStatement> known = cache.getIfPresent(key);
    if (known != null) {
      return known;
    }
    refuseUnencodable(sql);
    Optional<String> shape = TextShape.of(sql);
    Optional<ClassifiedStatement> alike =
        shape.flatMap(own -> shapes.find(sql, own, catalog.epoch()));
    if (alike.isPresent()) {
      return List.of(alike.get());
    }
    List<ClassifiedStatement> statements = read(sql, catalog);
    shape.ifPresent(own -> shapes.read(sql, own, catalog.epoch(), statements));
    if (seen.isAgain(key.hashCode(), sql.length())) {
      cache.put(key, statements);
    }
    return statements;
  }

  /** Reads a text that can be encoded, whatever is known of others. */
  List<ClassifiedStatement> read(String sql, Catalog catalog) throws SqlRefused {
    try {
      Node tree = parsers.parse(sql);
      Slices slices = new Slices(sql);
      List<ClassifiedStatement> statements = new ArrayList<>();
      for (Node raw : tree.path("stmts")) {
        String text = slices.of(raw.path("stmt_location").asInt(), raw.path("stmt_len").asInt());
        statements.add(StatementReader.read(text, raw.path("stmt"), catalog));
      }
      return List.copyOf(statements);
    } catch (StackOverflowError tooDeep) {
      throw SqlRefused.tooDeep();
    }
  }

  /**
   * What a text is the same as, however it is written; empty where it does more than it says, and
   * where it cannot be understood.
   */
  public Optional<Sameness> sameness(String sql) {
    try {
      return Sameness.of(parsers.parse(sql));
    } catch (SqlRefused | StackOverflowError e) {
      return Optional.empty();
    }
  }

  /** NUL ends a text for the parser and half a surrogate pair has no UTF-8. */
  private static void refuseUnencodable(String sql) throws SqlRefused {
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        if (i + 1 == sql.length() || !Character.isSurrogatePair(c, sql.charAt(i + 1))) {
          throw SqlRefused.unencodable(sql.codePointCount(0, i) + 1);
        }
        i++;
      }
    }
  }

  /** The parser counts bytes; this cuts the text there. */
  private static final class Slices {
    private final String sql;
    private final byte[] bytes;

    Slices(String sql) {
      this.sql = sql;
      this.bytes = sql.getBytes(UTF_8);
    }

    /**
     * One statement.
     *
     * @param length 0 for the rest of the text
     */
    String of(int from, int length) {
      int to = length == 0 ? bytes.length : from + length;
      String slice =
          bytes.length == sql.length()
              ? sql.substring(from, to)
              : new String(Arrays.copyOfRange(bytes, from, to), UTF_8);
      return slice.strip();
    }
  }

  @Override
  public void close() {
    cache.invalidateAll();
    shapes.clear();
  }
}
