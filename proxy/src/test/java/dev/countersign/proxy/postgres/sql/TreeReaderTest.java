package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What of the parser's JSON becomes the tree. */
final class TreeReaderTest {

  private static final String SELECT =
      """
      {"version":180004,"stmts":[{"stmt":{"SelectStmt":{"targetList":[{"ResTarget":{"val":\
      {"ColumnRef":{"fields":[{"String":{"sval":"caf\u00e9 \\"x\\" \\u003c\\n\\\\"}},null],\
      "location":7}},"location":7}}],"all":true,"limit":-12,"fval":"1.5e10"}},"stmt_len":20}]}\
      """;

  private static Node read(String json) throws TreeReader.TooDeep {
    byte[] bytes = json.getBytes(UTF_8);
    return new TreeReader().read(bytes, bytes.length);
  }

  @Test
  void readsAllButThePlaces() throws Exception {
    Node statement = read(SELECT).path("stmts").path(0).path("stmt").path("SelectStmt");
    Node column = statement.path("targetList").path(0).path("ResTarget").path("val");

    assertThat(Tree.kind(column)).isEqualTo("ColumnRef");
    assertThat(column.path("ColumnRef").has("location")).isFalse();
    assertThat(column.path("ColumnRef").path("fields").size()).isEqualTo(2);
    assertThat(Tree.strings(column.path("ColumnRef").path("fields")))
        .containsExactly("caf\u00e9 \"x\" <\n\\");
    assertThat(statement.path("all").asBoolean()).isTrue();
    assertThat(statement.path("limit").asInt()).isEqualTo(-12);
    assertThat(Tree.text(statement, "fval")).isEqualTo("1.5e10");
    assertThat(statement.path("nothing").path("there").path(7)).isSameAs(Node.MISSING);
    assertThat(statement.mentions("sval")).isTrue();
    assertThat(statement.mentions("SubLink")).isFalse();
  }

  @Test
  void aPlaceThatIsATextIsRead() throws Exception {
    assertThat(Tree.text(read("{\"location\":\"/srv/data\"}"), "location")).isEqualTo("/srv/data");
  }

  @Test
  void isWrittenAsItWasRead() throws Exception {
    String json = "{\"a\":[1,\"\u00e9\\n\\\\\\\"\",{},[],true],\"b\":{\"c\":\"\\u0001\"}}";

    assertThat(TreeText.of(read(json))).isEqualTo(new ObjectMapper().readTree(json).toString());
  }

  @Test
  void aDeepTreeIsTooDeep() throws Exception {
    int most = TreeReader.MAX_DEPTH;
    assertThat(read("[".repeat(most) + "]".repeat(most)).size()).isEqualTo(1);

    assertThatThrownBy(() -> read("[".repeat(most + 1) + "]".repeat(most + 1)))
        .isInstanceOf(TreeReader.TooDeep.class);
  }

  @Test
  void whatIsCutShortIsNoTree() {
    byte[] whole = SELECT.getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> new TreeReader().read(whole, cut))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void neverFailsInAnotherWayWhateverComes() throws Exception {
    Random random = new Random(11);
    TreeReader reader = new TreeReader();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = SELECT.getBytes(UTF_8);
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(TreeText.of(reader.read(bytes, bytes.length))).isNotEmpty();
      } catch (IllegalStateException | IllegalArgumentException expected) {
        assertThat(expected).isNotNull();
      }
    }
    // It is as good as before.
    byte[] bytes = SELECT.getBytes(UTF_8);
    assertThat(TreeText.of(reader.read(bytes, bytes.length))).isEqualTo(TreeText.of(read(SELECT)));
  }
}
