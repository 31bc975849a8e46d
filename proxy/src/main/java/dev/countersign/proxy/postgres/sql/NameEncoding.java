package dev.countersign.proxy.postgres.sql;

/**
 * What names mean in a database whose encoding is not UTF8: there PostgreSQL may fold letters that
 * are not ASCII's to lower case, and cuts long names by other bytes than the grammar that the
 * gateway reads with.
 */
public final class NameEncoding {

  /** The only encoding in which the server reads names as the gateway does. */
  public static final String OF_THE_GATEWAY = "UTF8";

  private NameEncoding() {}

  /**
   * Lets a text pass whose names are of ASCII's letters only; strings may hold what they like.
   *
   * @throws SqlRefused if a name is, or may be, of other letters
   */
  public static void check(String sql) throws SqlRefused {
    Lexer lexer = new Lexer(sql);
    while (true) {
      switch (lexer.next()) {
        case WORD, QUOTED -> {
          for (int i = lexer.start(); i < lexer.end(); i++) {
            if (sql.charAt(i) >= 0x80) {
              throw SqlRefused.ofEncoding(sql.codePointCount(0, i) + 1);
            }
          }
        }
        case UNICODE_QUOTED ->
            throw SqlRefused.ofEncoding(sql.codePointCount(0, lexer.start()) + 1);
        case STRING,
            PREFIXED_STRING,
            DOLLAR_STRING,
            INTEGER,
            NUMBER,
            PARAMETER,
            OPERATOR,
            PUNCTUATION -> {}
        // What is no token the grammar refuses.
        case END, INVALID -> {
          return;
        }
      }
    }
  }
}
