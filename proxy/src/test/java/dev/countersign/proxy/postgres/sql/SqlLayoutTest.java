package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A layout has the tokens of its text, in lines. */
final class SqlLayoutTest {

  @Test
  void aClauseIsALine() {
    assertThat(
            SqlLayout.of(
                "UPDATE orders o SET status = 'x from y' FROM customers c  WHERE c.id ="
                    + " o.customer_id AND o.id IN (SELECT id FROM recent WHERE n BETWEEN 1 AND 2)"
                    + " RETURNING o.id"))
        .isEqualTo(
            """
            UPDATE orders o
            SET status = 'x from y'
            FROM customers c
            WHERE c.id = o.customer_id
            AND o.id IN (
              SELECT id
              FROM recent
              WHERE n BETWEEN 1 AND 2)
            RETURNING o.id\
            """);
  }

  @Test
  void commentsAndWhatIsNotUnderstoodStay() {
    assertThat(SqlLayout.of("SELECT 1 -- from\n FROM t /* WHERE */ 'no end"))
        .isEqualTo("SELECT 1 -- from\n FROM t /* WHERE */ 'no end");
  }

  @Test
  void tokensStayWhatTheyAre() throws Exception {
    try (InputStream in = SqlLayoutTest.class.getResourceAsStream("facts.txt")) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        assertThat(tokens(SqlLayout.of(line))).as(line).isEqualTo(tokens(line));
      }
    }
    Random random = new Random(3);
    String alphabet = "select from a'\"$E\\-/*;:.,()\n1 ";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(30); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String sql = text.toString();
      assertThat(tokens(SqlLayout.of(sql))).as(sql).isEqualTo(tokens(sql));
    }
  }

  private static List<String> tokens(String sql) {
    List<String> tokens = new ArrayList<>();
    Lexer lexer = new Lexer(sql);
    for (Lexer.Token token = lexer.next();
        token != Lexer.Token.END && token != Lexer.Token.INVALID;
        token = lexer.next()) {
      tokens.add(token + " " + sql.substring(lexer.start(), lexer.end()));
    }
    return tokens;
  }
}
