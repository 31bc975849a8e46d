package dev.countersign.proxy.postgres.sql;

import java.util.Set;

/**
 * The token that names what an EXECUTE, DEALLOCATE, FETCH, MOVE or CLOSE is about. In EXECUTE it is
 * the second one; all others end with it.
 */
final class NameToken {

  private static final Set<Lexer.Token> NAMES =
      Set.of(Lexer.Token.WORD, Lexer.Token.QUOTED, Lexer.Token.UNICODE_QUOTED);

  private int from;
  private int to;

  private NameToken() {}

  /**
   * Puts another name in its place.
   *
   * @param sql a statement of one of these kinds, without a semicolon, that the grammar has taken
   * @param name needs no quotes
   */
  static String replace(String sql, String name) {
    NameToken token = new NameToken();
    token.find(sql);
    return sql.substring(0, token.from) + name + sql.substring(token.to);
  }

  private void find(String sql) {
    Lexer lexer = new Lexer(sql);
    lexer.next();
    boolean isSecond = lexer.is("execute");
    Lexer.Token token = afterCount(lexer, lexer.next());
    while (NAMES.contains(token)) {
      boolean mayHaveEscape = token == Lexer.Token.UNICODE_QUOTED;
      from = lexer.start();
      to = lexer.end();
      token = lexer.next();
      if (mayHaveEscape && token == Lexer.Token.WORD && lexer.is("uescape")) {
        lexer.next();
        to = lexer.end();
        token = lexer.next();
      }
      if (isSecond) {
        return;
      }
      token = afterCount(lexer, token);
    }
    if (token != Lexer.Token.END) {
      throw new IllegalArgumentException("a statement that does not end with a name");
    }
  }

  /** FETCH may count before it names: {@code FETCH -3 FROM c}. */
  private static Lexer.Token afterCount(Lexer lexer, Lexer.Token first) {
    Lexer.Token token = first;
    while (token == Lexer.Token.OPERATOR
        || token == Lexer.Token.INTEGER
        || token == Lexer.Token.NUMBER) {
      token = lexer.next();
    }
    return token;
  }
}
