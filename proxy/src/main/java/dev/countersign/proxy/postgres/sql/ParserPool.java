package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Parsers that wait to be used again. Safe for any number of threads. */
final class ParserPool {

  /** Idle parsers kept: each holds 8 to 32 MB. */
  private static final int MAX_IDLE = Math.max(4, Runtime.getRuntime().availableProcessors());

  private final BlockingQueue<PgParser> idle = new LinkedBlockingQueue<>(MAX_IDLE);

  ParserPool() {
    // The first parser loads and links the module: not while the first client waits.
    idle.add(new PgParser());
  }

  /** Parses with a parser of the pool; one that gave up is not seen again. */
  Node parse(String sql) throws SqlRefused {
    @Nullable PgParser taken = idle.poll();
    PgParser parser = taken == null ? new PgParser() : taken;
    Node tree;
    try {
      tree = parser.parse(sql.getBytes(UTF_8));
    } catch (SqlRefused refused) {
      keep(parser);
      throw refused;
    } catch (TreeReader.TooDeep tooDeep) {
      keep(parser);
      throw SqlRefused.tooDeep();
    } catch (PgParser.Broken broken) {
      throw SqlRefused.tooDeep();
    }
    keep(parser);
    return tree;
  }

  private void keep(PgParser parser) {
    if (parser.isWorthKeeping()) {
      idle.offer(parser);
    }
  }
}
