package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PgParserTest {

  @Test
  void parsesWhatPostgresParses() throws Exception {
    byte[] tree = new PgParser().parse("SELECT a FROM t WHERE b = $1".getBytes(UTF_8));

    assertThat(new String(tree, UTF_8))
        .contains("\"relname\":\"t\"")
        .contains("\"ParamRef\":{\"number\":1");
  }

  @Test
  void tellsWhatIsWrongAndWhere() {
    assertThatThrownBy(() -> new PgParser().parse("SELEC 1".getBytes(UTF_8)))
        .isInstanceOf(SqlRefused.class)
        .hasMessage("syntax error at or near \"SELEC\"")
        .extracting(refused -> ((SqlRefused) refused).position())
        .isEqualTo(1);
  }

  @Test
  void nestedNotsBreakAnInstanceAndNotTheProcess() {
    String deep = "SELECT " + "NOT ".repeat(3_000) + "true";

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> new PgParser().parse(deep.getBytes(UTF_8)))
          .isInstanceOf(PgParser.Broken.class);
    }
  }
}
