package dev.countersign.proxy.postgres.wire;

/**
 * How long the messages of a client that is logged in may be, each type its own: so little is held
 * for a message before it is whole. What PostgreSQL keeps small is as small here.
 *
 * @param statement the longest SQL text in bytes
 * @param message the longest message of any type in bytes, type and length included
 * @see <a
 *     href="https://github.com/postgres/postgres/blob/master/src/backend/tcop/postgres.c">SocketBackend</a>
 */
public record FrontendLimits(int statement, int message) {

  /** PostgreSQL's PQ_SMALL_MESSAGE_LIMIT, and the type byte. */
  private static final int SMALL = 10_001;

  /** Type, length and the NUL at the text's end. */
  private static final int AROUND_QUERY = 6;

  /** The same with a name, and a type for each of as many parameters as there may be. */
  private static final int AROUND_PARSE = AROUND_QUERY + SMALL + 2 + 4 * 65_535;

  /** The longest message of that type in bytes, type and length included. */
  int longest(char type) {
    long longest =
        switch (type) {
          case 'Q' -> (long) AROUND_QUERY + statement;
          case 'P' -> (long) AROUND_PARSE + statement;
          case 'B', 'F', 'd' -> message;
          default -> SMALL;
        };
    return (int) Math.min(longest, message);
  }

  /**
   * Whether a longer message is no fault of the protocol: whoever sends one that holds a text is
   * told, and goes on.
   */
  boolean skips(char type, long length) {
    return (type == 'Q' || type == 'P') && length <= message;
  }
}
