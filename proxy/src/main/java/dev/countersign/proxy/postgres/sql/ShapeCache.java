package dev.countersign.proxy.postgres.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.rules.fact.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * Facts by the shape of a text, for clients that write values into their texts. Safe for any number
 * of threads.
 */
final class ShapeCache {

  /** Characters of shapes that are kept, and what a short one weighs all the same. */
  private static final long KEPT_CHARACTERS = 16L * 1024 * 1024;

  private static final int LEAST_WEIGHT = 256;

  private record Key(String shape, long epoch) {}

  /** What all statements of one shape have in common. */
  private record Pattern(SqlStatement facts, Lineage lineage) {

    ClassifiedStatement of(String sql) {
      return new ClassifiedStatement(statement(sql), facts, new Kind.Plain(), lineage);
    }
  }

  private final Cache<Key, Pattern> patterns =
      Caffeine.newBuilder()
          // Another thread to make room is dearer than making it.
          .executor(Runnable::run)
          .maximumWeight(KEPT_CHARACTERS)
          .weigher((Key key, Pattern value) -> LEAST_WEIGHT + key.shape().length())
          .build();

  private final SeenOnce seen = new SeenOnce();

  /** The statement of a text, if others of its shape were read with the same catalog. */
  Optional<ClassifiedStatement> find(String sql, String shape, long epoch) {
    return Optional.ofNullable(patterns.getIfPresent(new Key(shape, epoch)))
        .map(pattern -> pattern.of(sql));
  }

  /** A text has been read. */
  void read(String sql, String shape, long epoch, List<ClassifiedStatement> statements) {
    if (statements.size() != 1
        || !(statements.getFirst().kind() instanceof Kind.Plain)
        || !statements.getFirst().text().equals(statement(sql))) {
      return;
    }
    Key key = new Key(shape, epoch);
    if (seen.isAgain(key.hashCode(), shape.length())) {
      ClassifiedStatement statement = statements.getFirst();
      patterns.put(key, new Pattern(statement.facts(), statement.lineage()));
    }
  }

  /** The slice of the only statement of a text, as the grammar cuts it. */
  private static String statement(String sql) {
    String text = sql.strip();
    return text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text;
  }

  void clear() {
    patterns.invalidateAll();
  }
}
