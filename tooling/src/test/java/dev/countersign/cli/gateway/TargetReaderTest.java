package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.OwnBackends;
import dev.countersign.decision.resource.ResourceRefusedException;
import dev.countersign.decision.resource.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators may say over the API of a resource, and what of it is refused. */
final class TargetReaderTest {

  private static final OwnBackends OWN =
      new OwnBackends(
          List.of(
              new OwnBackends.Backend("the database", "127.0.0.1", 5433, Optional.of("state")),
              new OwnBackends.Backend("the search index", "127.0.0.1", 9200, Optional.empty()),
              new OwnBackends.Backend("an issuer", "id.example", 443, Optional.empty())));

  private static final TargetReader READER =
      new TargetReader(
          new Configuration.Upstreams(
              List.of("0.0.0.0/0", "::/0", "127.0.0.0/8"),
              new Configuration.UpstreamSecrets(
                  Optional.of(Path.of("/run/upstreams")),
                  "COUNTERSIGN_UPSTREAM_",
                  "upstream-",
                  List.of(URI.create("https://vault.internal:8200")))),
          OWN);

  private static String postgres(String host, int port, String database, String password) {
    return """
    {"kind":"postgres","labels":{"environment":"production"},"postgres":
     {"host":"%s","port":%d,"database":"%s","user":"gateway","password":%s}}
    """
        .formatted(host, port, database, password);
  }

  private static String orders(String password) {
    return postgres("db.example", 5432, "orders", password);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static List<String> faults(String spec) {
    return catchThrowableOfType(ResourceRefusedException.class, () -> READER.read("orders", spec))
        .faults();
  }

  @Test
  void readsWhatTheConfigurationWouldHave() throws Exception {
    Upstream upstream = READER.read("orders", orders("{\"env\":\"COUNTERSIGN_UPSTREAM_ORDERS\"}"));

    assertThat(upstream.resource().name()).isEqualTo("orders");
    assertThat(upstream.resource().labels()).containsEntry("environment", "production");
    assertThat(upstream.address()).isEqualTo("db.example:5432/orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"env\":\"COUNTERSIGN_UPSTREAM_A\"}",
        "{\"file\":\"/run/upstreams/orders\"}",
        "{\"systemd\":\"upstream-orders\"}",
        "{\"vault\":{\"address\":\"https://vault.internal:8200\",\"mount\":\"secret\",\"path\":\"a\","
            + "\"field\":\"p\",\"token\":{\"file\":\"/run/upstreams/vault\"}}}"
      })
  void takesSecretsFromWhereTheyMayBe(String password) throws Exception {
    assertThat(READER.read("orders", orders(password))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"env\":\"PGPASSWORD\"}",
        "{\"file\":\"/etc/shadow\"}",
        "{\"file\":\"/run/upstreams/../../etc/shadow\"}",
        "{\"file\":\"/run/upstreams-of-others/x\"}",
        "{\"systemd\":\"state-password\"}",
        "{\"vault\":{\"address\":\"https://vault.evil:8200\",\"mount\":\"secret\",\"path\":\"a\","
            + "\"field\":\"p\",\"token\":{\"file\":\"/run/upstreams/vault\"}}}",
        "{\"vault\":{\"address\":\"https://vault.internal:8200\",\"mount\":\"secret\",\"path\":\"a\","
            + "\"field\":\"p\",\"token\":{\"env\":\"HOME\"}}}"
      })
  void gw45_nobodyHasTheGatewaysOwnSecretsSentAnywhere(String password) {
    assertThat(faults(orders(password))).isNotEmpty();
  }

  @Test
  void gw45_aSecretThatWasWrittenDownIsNotRepeated() {
    assertThat(faults(orders("\"hunter2\""))).isNotEmpty().noneMatch(f -> f.contains("hunter2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"kubernetes\",\"kubernetes\":{\"server\":\"https://k8s.example:6443\","
            + "\"authority\":\"/etc/passwd\",\"token\":{\"env\":\"COUNTERSIGN_UPSTREAM_K\"}}}",
        "{\"kind\":\"git\",\"git\":{\"url\":\"https://git.example/x\",\"authority\":\"/etc/passwd\"}}",
        "{\"kind\":\"postgres\",\"postgres\":{\"host\":\"db.example\",\"database\":\"orders\","
            + "\"user\":\"gateway\",\"password\":{\"env\":\"COUNTERSIGN_UPSTREAM_P\"},"
            + "\"authority\":\"/etc/passwd\"}}"
      })
  void gw45_certificatesAreNoFilesOfTheGateway(String spec) {
    assertThat(faults(spec)).singleElement().asString().contains("/etc/passwd may not be used");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 5433, state", "127.0.0.1, 9200, anything"})
  void gw51_theGatewaysOwnBackendsAreNoResources(String host, int port, String database) {
    assertThat(faults(postgres(host, port, database, "{\"env\":\"COUNTERSIGN_UPSTREAM_A\"}")))
        .singleElement()
        .asString()
        .contains("of the gateway itself");
  }

  @Test
  void gw51_noNameLeadsToThemLater() throws Exception {
    // A name says nothing about where it leads when a connection is opened.
    String secret = "{\"env\":\"COUNTERSIGN_UPSTREAM_A\"}";
    Upstream other = READER.read("a", postgres("rebound.example", 5433, "shop", secret));
    Upstream same = READER.read("a", postgres("rebound.example", 5433, "state", secret));
    Upstream git =
        READER.read("g", "{\"kind\":\"git\",\"git\":{\"url\":\"http://rebound.example:9200/x\"}}");

    assertThat(other.networks().objection(at("127.0.0.1", 5433))).isEmpty();
    assertThat(same.networks().objection(at("127.0.0.1", 5433)))
        .contains("the gateway itself stands on it");
    assertThat(same.networks().objection(at("::ffff:127.0.0.1", 5433))).isPresent();
    assertThat(git.networks().objection(at("127.0.0.1", 9200))).isPresent();
    assertThat(git.networks().objection(at("127.0.0.1", 9201))).isEmpty();
    assertThat(git.networks().objection(at("169.254.169.254", 80))).isPresent();
  }

  @Test
  void gw51_anIssuerIsNoRepository() {
    assertThat(faults("{\"kind\":\"git\",\"git\":{\"url\":\"https://ID.example/realms/x\"}}"))
        .singleElement()
        .asString()
        .contains("an issuer of the gateway itself");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "{\"kind\":\"oracle\"}",
        "{\"kind\":\"git\"}",
        "{\"kind\":\"git\",\"git\":{\"url\":\"ftp://x/y\"}}",
        "{\"kind\":\"git\",\"git\":{\"url\":\"https://x/y\"},\"extra\":1}",
        "{\"kind\":\"git\",\"git\":{\"url\":\"https://user:pw@x/y\"}}",
        "{\"kind\":\"git\",\"postgres\":{}}",
        "not json"
      })
  void refusesWhatTheSchemaDoes(String spec) {
    assertThat(faults(spec)).isNotEmpty();
  }

  @Test
  void survivesWhatIsNoResource() {
    Random random = new Random(7);
    String good = orders("{\"env\":\"COUNTERSIGN_UPSTREAM_A\"}");
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int change = 0; change <= random.nextInt(4); change++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(32, 127));
      }
      try {
        assertThat(READER.read("orders", text.toString())).isNotNull();
      } catch (ResourceRefusedException e) {
        assertThat(e.faults()).isNotEmpty();
      }
    }
  }
}
