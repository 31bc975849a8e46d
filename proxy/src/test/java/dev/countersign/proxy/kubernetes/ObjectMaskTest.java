package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectMaskTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static JsonNode tree(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static JsonNode masked(String text) throws IOException {
    return ObjectMask.ofSecrets().masked(tree(text), false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'Secret','data':{'a':'aGlkZGVu'}}",
        "{'data':{'a':'aGlkZGVu'},'kind':'Secret'}",
        "{'stringData':{'a':'hidden'},'metadata':{},'kind':'Secret'}",
        "{'data':'hidden','kind':'Secret'}",
        "{'type':'ADDED','object':{'data':{'a':'aGlkZGVu'},'kind':'Secret'}}",
        "{'items':[{'data':{'a':'aGlkZGVu'},'kind':'Secret'}],'kind':'List'}",
        "{'kind':'Secret','metadata':{'managedFields':[{'hidden':{}}]}}",
        "{'name':'DB_PASSWORD','value':'hidden'}",
        "{'value':'hidden','name':'DB_PASSWORD'}",
        "{'env':[{'value':'hidden','x':1,'name':'DB_PASSWORD'}]}",
        "{'dbPassword':'hidden'}",
        "{'kind':'Secret','op':'add','path':'/data/a','value':'hidden'}",
        "{'value':'hidden','path':'/data/a','op':'add','kind':'Secret'}",
        "{'op':'add','value':{'a':'hidden'},'path':'/data','kind':'Secret'}",
        "{'kind':'ConfigMap','data':{'x':'password=hidden!'}}",
        "{'kind':'ConfigMap','binaryData':{'x':'cGFzc3dvcmQ9aGlkZGVuIQ'}}",
        "{'kind':'ConfigMap','binaryData':{'x':'no base64, hidden'}}",
        "{'kind':'ConfigMap','binaryData':'hidden'}",
        "{'a':'cGFzc3dvcmQ9aGlkZGVuIT8_'}",
        "{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{hidden'}}",
        "{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{\\\"data\\\":"
            + "{\\\"x\\\":\\\"password=hidden!\\\"},\\\"data\\\":{}}'}}",
        "{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{} hidden'}}",
        "{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':['hidden']}}",
        "{'metadata':{'annotations':{'kapp.k14s.io/original':'{\\\"kind\\\":\\\"Secret\\\","
            + "\\\"data\\\":{\\\"a\\\":\\\"aGlkZGVu\\\"}}'}}}",
        "{'metadata':{'annotations':{'x/applied':' {\\\"env\\\":[{\\\"name\\\":"
            + "\\\"DB_PASSWORD\\\",\\\"value\\\":\\\"hidden\\\"}]}'}}}",
        "{'kind':'Secret','metadata':{'annotations':{'objectset.rio.cattle.io/applied':"
            + "'H4sIAGlkZGVuaGlkZGVu hidden'}}}",
        "{'name':'DB_PASS','value':'hidden'}",
        "{'name':'SECRET_KEY','value':'hidden'}",
        "{'name':'MYSQL_PWD','value':'hidden'}",
        "{'smtpPass':'hidden','encryption_key':'hidden','signingKey':'hidden'}",
      })
  void k8s16_k8s33_hidesInWhateverOrderFieldsCome(String text) throws IOException {
    ObjectMask mask = ObjectMask.ofSecrets();

    String shown = mask.masked(tree(text), false).toString();

    assertThat(shown).doesNotContain("hidden", "aGlkZGVu", "cGFzc3dvcmQ9aGlkZGVu", "managedFields");
    if (!text.contains("managedFields")) {
      assertThat(mask.hidden()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'Pod','metadata':{'name':'a','managedFields':[{'f:a':{}}]},'n':1.50,'b':null,'t':true}",
        "{'data':{'LEVEL':'info'},'kind':'ConfigMap'}",
        "{'data':{'LEVEL':'info'}}",
        "{'key':'node','operator':'Equal','value':'gpu','effect':'NoSchedule'}",
        "{'name':'LEVEL','value':'info'}",
        "{'kind':'ConfigMap','binaryData':{'x':'aW5mbw=='}}",
        "{'uid':'0d6f7a3e-9b8c-4c55-8a3d-5f2e1c0b9a87','a':[[],{},'',0,-1e400]}",
        "{'op':'add','path':'/spec/x','value':'plain'}",
        "{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{}'}}",
        "{'annotations':{'summary':'{{ $labels.pod }} is down','a':'{\\\"x\\\": 1}','b':'H4sI'}}",
        "{'PWD':'/app','secretKey':'username','bypass':'no','summary':{'pass':'3'},'Pass':'3'}",
      })
  void leavesTheRestAsItIs(String text) throws IOException {
    assertThat(masked(text)).isEqualTo(tree(text));
    assertThat(copy(text.replace('\'', '"'))).isEqualTo(tree(text));
  }

  /** Ours: what a column of a custom resource shows has lost the name that it has in the object. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'Token'}",
        "{'name':'Key','description':'Custom resource definition column (in JSONPath format):"
            + " .spec.apiToken'}",
      })
  void k8s16_hidesCellsOfColumnsThatAreNamedLikeSecrets(String column) throws IOException {
    String definitions = "'columnDefinitions':[{'name':'Name'},%s]".formatted(column);
    String inside = "{'columnDefinitions':[{'name':'A'},{'name':'B'}]}";
    String rows =
        "'rows':[{'cells':['a','hidden'],'object':%s},{'cells':['b',{'c':'hidden'}]}]"
            .formatted(inside);

    for (String table :
        List.of(
            "{'kind':'Table',%s,%s}".formatted(definitions, rows),
            "{'kind':'Table',%s,%s}".formatted(rows, definitions),
            "{%s,%s,'kind':'Table'}".formatted(rows, definitions))) {
      assertThat(masked(table).toString()).contains("\"a\"", "\"b\"").doesNotContain("hidden");
    }
    ByteArrayOutputStream watched = new ByteArrayOutputStream();
    String later = "{'kind':'Table','columnDefinitions':null,%s}".formatted(rows);
    String events =
        "{'object':{'kind':'Table',%s,%s}}\n{'object':%s}".formatted(definitions, rows, later);
    new AnswerCopy(ObjectMask.ofSecrets(), false)
        .events(
            new ByteArrayInputStream(events.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
            watched);
    assertThat(watched.toString(StandardCharsets.UTF_8)).doesNotContain("hidden");
  }

  @Test
  void showsTheNameOfASecretInAColumn() throws IOException {
    String table =
        "{'kind':'Table','columnDefinitions':[{'name':'Secret','description':'Custom resource"
            + " definition column (in JSONPath format):"
            + " .spec.secretName'}],'rows':[{'cells':['db-tls']}]}";

    assertThat(masked(table)).isEqualTo(tree(table));
  }

  private static JsonNode copy(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new AnswerCopy(ObjectMask.ofSecrets(), false)
        .document(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), out);
    return JSON.readTree(out.toByteArray());
  }

  @Test
  void refusesAnObjectOfTwoKinds() {
    byte[] two =
        "{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"b\"},\"kind\":\"Secret\"}"
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                new AnswerCopy(ObjectMask.ofSecrets(), false)
                    .document(new ByteArrayInputStream(two), new ByteArrayOutputStream()))
        .hasMessageContaining("two kinds");
  }

  /** Shuffled objects are equal as trees. */
  @Test
  void k8s16_hidesTheSameWhateverTheOrder() throws IOException {
    Random random = new Random(16);
    for (int i = 0; i < 2_000; i++) {
      JsonNode made = object(random);

      assertThat(ObjectMask.ofSecrets().masked(shuffled(made, random), false))
          .isEqualTo(ObjectMask.ofSecrets().masked(made, false));
    }
  }

  private static JsonNode object(Random random) {
    List<String> names = List.of("kind", "data", "stringData", "name", "value", "spec", "token");
    ObjectNode object = JSON.createObjectNode();
    for (int i = random.nextInt(9); i >= 0; i--) {
      String name = names.get(random.nextInt(names.size()));
      if (name.equals("kind")) {
        object.put(name, random.nextBoolean() ? "Secret" : "Pod");
      } else if (Set.of("data", "stringData", "value").contains(name) && random.nextBoolean()) {
        object.putObject(name).put("spec", text(random)).put("token", text(random));
      } else {
        object.put(name, text(random));
      }
    }
    return object;
  }

  private static String text(Random random) {
    return List.of("DB_PASSWORD", "plain", "", "password=hidden").get(random.nextInt(4));
  }

  private static JsonNode shuffled(JsonNode node, Random random) {
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(object.properties());
    Collections.shuffle(fields, random);
    ObjectNode copy = JSON.createObjectNode();
    fields.forEach(field -> copy.set(field.getKey(), shuffled(field.getValue(), random)));
    return copy;
  }
}
