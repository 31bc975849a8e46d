package dev.countersign.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What somebody gets who configures no more than he must. */
final class SecureDefaultsTest {

  private static final Set<String> SECRET = Set.of("password", "secret", "token", "credential");

  /** A key of the configuration. */
  private record Key(String path, String name, JsonNode schema) {}

  private static List<Key> keys() throws IOException {
    try (var in = Configuration.class.getResourceAsStream("/countersign.schema.json")) {
      List<Key> keys = new ArrayList<>();
      collect("", new ObjectMapper().readTree(in), keys);
      assertThat(keys).hasSizeGreaterThan(50);
      return keys;
    }
  }

  private static void collect(String path, JsonNode node, List<Key> keys) {
    for (var field : node.path("properties").properties()) {
      String below = path + "." + field.getKey();
      keys.add(new Key(below, field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
    }
    for (var field : node.properties()) {
      if (field.getValue().isContainerNode()) {
        collect(path + "." + field.getKey(), field.getValue(), keys);
      }
    }
  }

  @Test
  void gw49_noSecretHasADefault() throws IOException {
    for (Key key : keys()) {
      if (SECRET.stream().anyMatch(key.name()::contains) && !key.schema().has("properties")) {
        assertThat(key.schema().path("default").isTextual()).as(key.path()).isFalse();
      }
    }
  }

  @Test
  void gw47_upstreamsAreVerifiedInFullUnlessTheirOwnEntrySaysOtherwise() throws IOException {
    List<Key> modes =
        keys().stream()
            .filter(key -> key.name().equals("tls") && key.schema().has("enum"))
            .toList();

    assertThat(modes).isNotEmpty();
    for (Key mode : modes) {
      assertThat(mode.schema().path("default").asText()).as(mode.path()).isEqualTo("verify-full");
    }
    assertThat(keys())
        .noneMatch(key -> key.name().contains("insecure") || key.name().contains("trustall"));
  }
}
