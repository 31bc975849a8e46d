package dev.countersign.audit.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.countersign.audit.event.RandomEvents;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.query.Field;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventDocumentTest {

  private static final UUID JOURNAL = new UUID(1, 2);

  @Test
  void hasNoFieldThatIsNotMapped() throws Exception {
    JsonNode mappings =
        new JsonMapper().readTree(IndexTemplate.json("x")).at("/template/mappings/properties");
    RandomEvents random = new RandomEvents(12);
    for (int i = 0; i < 2_000; i++) {
      RecordedEvent recorded = new RecordedEvent(i + 1, 1, Instant.EPOCH, random.any());
      List<String> unknown = new ArrayList<>();
      unmapped(EventDocument.of(JOURNAL, recorded, Background.NONE), mappings, "", unknown);
      assertThat(unknown).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER ROLE bob PASSWORD 'CANARY'",
        "alter role bob with encrypted password e'CAN\\'ARY' valid until 'tomorrow'",
        "CREATE USER bob PASSWORD\n  'CAN''ARY'",
        "CREATE USER bob PASSWORD'CANARY'",
        "CREATE USER bob PASSWORD U&'CANARY'",
        "ALTER ROLE bob PASSWORD $x$CANARY$x$",
        "ALTER ROLE bob PASSWORD 'CANARY that is never closed",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=CANARY dbname=d' PUBLICATION p",
        "SELECT dblink('postgres://bob:CANARY@host/db', 'SELECT 1')",
        "SELECT http_get('x', 'Authorization: Bearer CANARYCANARY')",
      })
  void gw31_theIndexDoesNotHoldWhatCommandsSayOfPasswords(String text) {
    String document =
        EventDocument.of(
                JOURNAL,
                new RecordedEvent(
                    1, 1, Instant.EPOCH, SampleEvents.decided("s", 1, text, Verdict.ALLOW)),
                Background.NONE)
            .toString();
    assertThat(document).doesNotContain("CANARY", "ARY").contains(SecretLiterals.HIDDEN);
  }

  @Test
  void textsThatSpeakOfPasswordsOtherwiseStayAsTheyAre() {
    for (String text :
        List.of(
            "SELECT password FROM users",
            "SELECT secret, 'x' FROM t",
            "UPDATE t SET note = 'reset the password'",
            "SELECT 'password', 'x', $1, $$y$$ -- password 'z'",
            "SELECT \"password\" 'x', U&'\\0441', E'\\n' /* password 'z' */")) {
      assertThat(SecretLiterals.hidden(text)).isEqualTo(text);
    }
    String hostile = "password ".repeat(100_000) + "'".repeat(100_000);
    assertThat(SecretLiterals.hidden(hostile)).isNotEmpty();
  }

  @Test
  void listsOfSetsAreInOrderWhateverTheProcess() {
    JsonNode document =
        EventDocument.of(
            JOURNAL,
            new RecordedEvent(1, 1, Instant.EPOCH, SampleEvents.applied("s", 1, Verdict.ALLOW)),
            Background.NONE);

    assertThat(texts(document.at("/countersign/kubernetes/traits")))
        .containsExactly("HOST_PATH", "PRIVILEGED");
    assertThat(texts(document.at("/event/category"))).containsExactly("api");
    assertThat(document.at("/service/target/type").asText()).isEqualTo("kubernetes");
    assertThat(document.at("/db/system/name").isMissingNode()).isTrue();
  }

  @Test
  void everyFieldOfTheLanguageIsInTheMapping() throws Exception {
    JsonNode properties =
        new JsonMapper().readTree(IndexTemplate.json("x")).at("/template/mappings/properties");
    for (Field field : Field.values()) {
      for (String path : field.paths()) {
        String type = properties.at("/" + path.replace(".", "/properties/")).path("type").asText();
        assertThat(type)
            .as(path)
            .isEqualTo(
                switch (field.kind()) {
                  case KEYWORD -> "keyword";
                  case NUMBER -> "long";
                  case WORDS -> "text";
                });
      }
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    ((ArrayNode) array).forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static void unmapped(JsonNode node, JsonNode mappings, String at, List<String> unknown) {
    for (var field : node.properties()) {
      JsonNode mapping = mappings.path(field.getKey());
      if (mapping.isMissingNode()) {
        unknown.add(at + field.getKey());
      }
      List<JsonNode> values = new ArrayList<>();
      if (field.getValue().isArray()) {
        field.getValue().forEach(values::add);
      } else {
        values.add(field.getValue());
      }
      for (JsonNode value : values) {
        if (value.isObject() && mapping.has("properties")) {
          unmapped(value, mapping.path("properties"), at + field.getKey() + ".", unknown);
        }
      }
    }
  }
}
