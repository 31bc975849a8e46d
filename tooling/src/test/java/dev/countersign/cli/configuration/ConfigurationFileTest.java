package dev.countersign.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {

  private static final Path FILE = Path.of("/etc/countersign/countersign.yaml");

  private static final String LEAST =
      """
      doors:
        postgres:
          certificate: tls/door.crt
          key: tls/door.key
      api:
        publicUrl: https://countersign.example.com
      identity:
        issuers:
          - issuer: https://id.example.com
            audience: countersign
      resources:
        - name: orders
          kind: postgres
          postgres:
            host: db.internal
            database: shop
            user: countersign_gateway
            password: {env: ORDERS_PASSWORD}
      policy:
        workbook: countersign.xlsx
      """;

  @Test
  void fillsInEveryDefaultOfTheHttpsDoor() {
    Configuration.HttpsDoor door =
        ConfigurationFile.parse(
                LEAST.replace("doors:", "doors:\n  https: {certificate: a.crt, key: a.key}"), FILE)
            .doors()
            .https()
            .orElseThrow();

    assertThat(door.listen()).isEqualTo(new Address("0.0.0.0", 6443));
    assertThat(door.certificate()).isEqualTo(Path.of("/etc/countersign/a.crt"));
    assertThat(door.limits())
        .isEqualTo(
            new Configuration.HttpsLimits(
                10_000,
                256,
                new DataSize(32 << 10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofSeconds(60)));
  }

  @Test
  void fillsInEveryDefault() {
    Configuration read = ConfigurationFile.parse(LEAST, FILE);

    assertThat(read.state().directory()).isEqualTo(Path.of("/etc/countersign/data"));
    assertThat(read.state().database().embedded().orElseThrow().port()).isZero();
    assertThat(read.doors().postgres().listen()).isEqualTo(new Address("0.0.0.0", 6432));
    assertThat(read.doors().postgres().certificate())
        .isEqualTo(Path.of("/etc/countersign/tls/door.crt"));
    assertThat(read.doors().postgres().limits().connections()).isEqualTo(10_000);
    assertThat(read.doors().postgres().limits().handshake()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.doors().https()).isEmpty();
    assertThat(read.api().listen()).isEqualTo(new Address("127.0.0.1", 8642));
    assertThat(read.api().tls()).isEmpty();
    Configuration.Issuer issuer = read.identity().issuers().getFirst();
    assertThat(issuer.algorithms()).containsExactly("RS256", "ES256");
    assertThat(issuer.claims().groups()).isEqualTo("groups");
    assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(60));
    assertThat(issuer.plainHttp()).isFalse();
    Configuration.PostgresTarget orders = read.resources().getFirst().postgres().orElseThrow();
    assertThat(orders.port()).isEqualTo(5432);
    assertThat(orders.tls()).isEqualTo(PostgresUpstream.Tls.VERIFY_FULL);
    assertThat(orders.searchPath()).containsExactly("public");
    assertThat(orders.password()).isEqualTo(new Secret.FromEnvironment("ORDERS_PASSWORD"));
    assertThat(read.journal().sync()).isEqualTo(Configuration.Sync.WRITES);
    assertThat(read.journal().segmentSize().bytes()).isEqualTo(64 << 20);
    assertThat(read.journalDirectory()).isEqualTo(Path.of("/etc/countersign/data/journal"));
    assertThat(read.elasticsearch()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    Configuration read =
        ConfigurationFile.parse(
            """
            state:
              directory: /var/lib/countersign
              database:
                jdbc:
                  url: jdbc:postgresql://db/countersign
                  user: countersign
                  password: {file: secrets/state}
            doors:
              postgres:
                listen: "[::1]:7000"
                certificate: /tls/a
                key: /tls/b
                limits: {connections: 5, statement: 4KiB, message: 1MiB, names: 9, handshake: 500ms}
                approvalNotice: 1m
            api:
              listen: 0.0.0.0:443
              publicUrl: https://c.example.com
              tls: {certificate: /tls/c, key: /tls/d}
            identity:
              issuers:
                - issuer: https://id.example.com
                  audience: gate
                  jwks: https://id.example.com/keys
                  algorithms: [ES256]
                  claims: {groups: realm_access.roles, name: n, agent: a, agentValue: v, owner: o}
                  clockSkew: 5s
                  plainHttp: true
            resources:
              - name: orders
                kind: postgres
                labels: {environment: production, owner: shop}
                postgres:
                  host: db
                  port: 5433
                  database: d
                  user: u
                  password: {file: /secrets/orders}
                  tls: disable
                  searchPath: [app, public]
            policy: {workbook: /policy.xlsx}
            journal: {directory: /journal, sync: always, segmentSize: 1GiB}
            elasticsearch:
              url: https://es:9200
              index: audit
              apiKey: {env: ES_KEY}
              authority: /es.pem
              retention: 9600h
            """,
            FILE);

    assertThat(read.state().database().jdbc().orElseThrow().password())
        .isEqualTo(new Secret.FromFile(Path.of("/etc/countersign/secrets/state")));
    assertThat(read.doors().postgres().listen()).isEqualTo(new Address("::1", 7000));
    assertThat(read.doors().postgres().limits().message().bytes()).isEqualTo(1 << 20);
    assertThat(read.identity().issuers().getFirst().claims().groups())
        .isEqualTo("realm_access.roles");
    assertThat(read.resources().getFirst().labels()).containsEntry("environment", "production");
    assertThat(read.resources().getFirst().postgres().orElseThrow().tls())
        .isEqualTo(PostgresUpstream.Tls.DISABLE);
    assertThat(read.journal().sync()).isEqualTo(Configuration.Sync.ALWAYS);
    assertThat(read.elasticsearch().orElseThrow().apiKey())
        .contains(new Secret.FromEnvironment("ES_KEY"));
    assertThat(read.elasticsearch().orElseThrow().authority()).contains(Path.of("/es.pem"));
    assertThat(read.elasticsearch().orElseThrow().retention()).contains(Duration.ofDays(400));
  }

  @Test
  void aStatementIsNoLongerThanWhatIsRead() {
    String limited = LEAST.replace("certificate:", "limits: {statement: %s}\n    certificate:");

    assertThat(faults(limited.formatted("257KiB")))
        .containsExactly("3:25: doors.postgres.limits.statement must be at most 256KiB");
    assertThat(faults(limited.formatted("0B")))
        .containsExactly("3:25: doors.postgres.limits.statement must be at least 1B");
    assertThat(ConfigurationFile.parse(LEAST, FILE).doors().postgres().limits().statement().bytes())
        .isEqualTo(SqlClassifier.MAX_LENGTH);
  }

  @Test
  void namesEveryFaultAtOnceWithItsPlace() {
    List<String> faults =
        faults(
            LEAST
                .replace("certificate:", "certficate:")
                .replace("kind: postgres", "kind: oracle")
                .replace("host: db.internal", "host: db.internal\n      port: many"));

    assertThat(faults)
        .containsExactly(
            "3:5: unknown key doors.postgres.certficate; did you mean certificate?",
            "3:5: doors.postgres.certificate is missing",
            "13:11: resources[0].kind must be one of postgres, git, kubernetes",
            "16:13: resources[0].postgres.port must be a number from 1 to 65535");
  }

  @Test
  void refusesASecretInTheFileAndDoesNotRepeatIt() {
    List<String> faults = faults(LEAST.replace("{env: ORDERS_PASSWORD}", "hunter2"));

    assertThat(faults)
        .containsExactly(
            "18:17: resources[0].postgres.password must not stand in this file; write {env:"
                + " NAME_OF_A_VARIABLE} or {file: PATH}");
  }

  @Test
  void refusesWhatIsNotPlainData() {
    assertThat(faults("a: &x 1\nb: *x\n"))
        .containsExactly("1:4: anchor &x: write it out", "2:4: alias *x: write it out");
    assertThat(faults("a: !!java.net.URL http://x\n").getFirst()).contains("only plain data");
    assertThat(faults("a: 1\n---\nb: 2\n").getFirst()).contains("second document");
    assertThat(faults("[".repeat(100_000)).getFirst()).contains("levels deep");
    assertThat(faults("").getFirst()).contains("empty");
    assertThat(faults("#" + "x".repeat(YamlSource.MAX_CHARACTERS)).getFirst()).contains("larger");
    assertThat(faults("a: [1")).hasSize(1);
  }

  @Test
  void refusesDuplicates() {
    assertThat(faults(LEAST + "policy: {workbook: other.xlsx}\n"))
        .containsExactly("21:1: policy is given twice");
    assertThat(
            faults(
                LEAST.replace(
                    "policy:",
                    """
                      - name: orders
                        kind: postgres
                        postgres: {host: a, database: b, user: c, password: {env: D}}
                    policy:\
                    """)))
        .containsExactly("1:1: two resources are named orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind: postgres, postgres: {host: a, database: b, user: c, password: {env: D},"
            + " tls: disable, authority: x}",
        "kind: git, git: {url: 'http://git.internal/x', authority: x}"
      })
  void refusesAnAuthorityOfACertificateThatIsNeverShown(String target) {
    assertThat(faults(LEAST.replace("policy:", "  - {name: other, " + target + "}\npolicy:")))
        .containsExactly(
            "1:1: resource other has an authority, and no TLS that it would be for: leave one of"
                + " them out");
  }

  @Test
  void gw51_theGatewaysOwnDatabaseIsNoResource() {
    String own =
        """
        state:
          database:
            jdbc:
              url: jdbc:postgresql://DB.internal/shop?sslmode=verify-full
              user: countersign
              password: {env: STATE_PASSWORD}
        """;

    assertThat(faults(own + LEAST))
        .containsExactly("1:1: resource orders is the gateway's own database");
    assertThat(ConfigurationFile.parse(own.replace("/shop", "/state") + LEAST, FILE)).isNotNull();
    assertThat(faults(LEAST + "upstreams: {networks: [10.0.0.0/64]}\n"))
        .containsExactly("1:1: upstreams.networks: 10.0.0.0/64 has more bits than an address");
  }

  @Test
  void survivesAnything() {
    Random random = new Random(4);
    String letters = "ab:-[]{},&*!|>'\"%@`#?\n \t0.~\\" + LEAST;
    for (int round = 0; round < 3_000; round++) {
      StringBuilder text = new StringBuilder(LEAST);
      for (int change = 0; change < 1 + random.nextInt(6); change++) {
        int at = random.nextInt(text.length());
        text.replace(
            at,
            Math.min(text.length(), at + random.nextInt(4)),
            "" + letters.charAt(random.nextInt(letters.length())));
      }
      try {
        assertThat(ConfigurationFile.parse(text.toString(), FILE)).isNotNull();
      } catch (ConfigurationException e) {
        assertThat(e.faults()).isNotEmpty();
      }
    }
  }

  private static List<String> faults(String text) {
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class, () -> ConfigurationFile.parse(text, FILE));
    return refused.faults().stream().map(fault -> fault.in("").substring(1)).toList();
  }
}
