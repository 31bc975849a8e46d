package dev.countersign.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of docker-compose.yml fit together, as far as that can be seen without starting it. */
class DeploymentTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static JsonNode compose;

  @BeforeAll
  static void parse() throws Exception {
    Object read =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(ROOT.resolve("docker-compose.yml")));
    compose = new ObjectMapper().valueToTree(read);
  }

  @Test
  void everyMountedFileExists() {
    List<String> missing = new ArrayList<>();
    for (JsonNode service : compose.path("services")) {
      for (JsonNode mount : service.path("volumes")) {
        String source = mount.asText().split(":", 2)[0];
        boolean isFile = source.startsWith("./");
        if (isFile ? !Files.exists(ROOT.resolve(source)) : !compose.at("/volumes").has(source)) {
          missing.add(source);
        }
      }
      JsonNode build = service.path("build");
      if (build.isObject() && !Files.exists(ROOT.resolve(build.path("dockerfile").asText()))) {
        missing.add(build.path("dockerfile").asText());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyImageIsPinnedAndEveryServiceIsWatched() {
    for (Map.Entry<String, JsonNode> service : compose.path("services").properties()) {
      String image = service.getValue().path("image").asText("built:1");
      assertThat(image).as(service.getKey()).matches(".+:[0-9].*");
      boolean runsOnce = Set.of("certificate", "dashboards").contains(service.getKey());
      assertThat(service.getValue().has("healthcheck")).as(service.getKey()).isNotEqualTo(runsOnce);
    }
  }

  @Test
  void everyPortIsOpenToThisMachineOnly() {
    for (JsonNode service : compose.path("services")) {
      for (JsonNode port : service.path("ports")) {
        assertThat(port.asText()).startsWith("127.0.0.1:");
      }
    }
  }

  @Test
  void everySecretAndVariableIsInTheExample() throws Exception {
    String example = Files.readString(ROOT.resolve("deploy/example.env"));
    for (JsonNode secret : compose.path("secrets")) {
      assertThat(example).contains(secret.path("environment").asText() + "=");
    }
    String text = Files.readString(ROOT.resolve("docker-compose.yml"));
    var variable = java.util.regex.Pattern.compile("\\$\\{([A-Z_]+)").matcher(text);
    while (variable.find()) {
      assertThat(example).contains(variable.group(1) + "=");
    }
  }

  @Test
  void theGatewaysConfigurationIsGoodAndNamesTheServices() throws Exception {
    Configuration configuration = ConfigurationFile.read(ROOT.resolve("deploy/countersign.yaml"));

    Set<String> services = Set.copyOf(names(compose.path("services")));
    assertThat(services)
        .contains(
            configuration.resources().getFirst().postgres().orElseThrow().host(),
            configuration.elasticsearch().orElseThrow().url().getHost(),
            configuration.identity().issuers().getFirst().jwks().orElseThrow().getHost(),
            URI.create(configuration.state().database().jdbc().orElseThrow().url().substring(5))
                .getHost());
  }

  @Test
  void theRealmKnowsTheIssuerAndThePeople() throws Exception {
    JsonNode realm =
        new ObjectMapper().readTree(ROOT.resolve("deploy/keycloak/realm.json").toFile());
    Configuration configuration = ConfigurationFile.read(ROOT.resolve("deploy/countersign.yaml"));
    Configuration.Issuer issuer = configuration.identity().issuers().getFirst();

    assertThat(issuer.issuer().toString()).endsWith("/realms/" + realm.path("realm").asText());
    assertThat(realm.at("/clients/0/protocolMappers/0/config/included.custom.audience").asText())
        .isEqualTo(issuer.audience());
    List<String> people = new ArrayList<>();
    realm.path("users").forEach(user -> people.add(user.path("username").asText()));
    assertThat(people).contains("alice", "olivia", "bob", "audrey", "service-account-agent-7");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
