package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PgParserTest {

  @Test
  void parsesWhatPostgresParses() throws Exception {
    Node tree = new PgParser().parse("SELECT a FROM t WHERE b = $1".getBytes(UTF_8));

    assertThat(TreeText.of(tree))
        .contains("\"relname\":\"t\"")
        .contains("\"ParamRef\":{\"number\":1");
  }

  @Test
  void aTreeLongerThanOneReadIsReadWhole() throws Exception {
    String sql = "SELECT " + "a, ".repeat(2_000) + "zebra";

    Node tree = new PgParser().parse(sql.getBytes(UTF_8));

    Node list = tree.path("stmts").path(0).path("stmt").path("SelectStmt").path("targetList");
    assertThat(list.size()).isEqualTo(2_001);
    assertThat(TreeText.of(list.path(2_000))).contains("zebra");
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
