package dev.countersign.proxy.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class CatalogsIT {

  private static EmbeddedPostgres server;

  private final AtomicLong nanoTime = new AtomicLong();
  private final Catalogs catalogs = new Catalogs(nanoTime::get);

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
    run(
        """
        CREATE TABLE t (a int, gone int, "Ü" text);
        ALTER TABLE t DROP COLUMN gone;
        CREATE VIEW v AS SELECT "Ü" FROM t;
        CREATE SCHEMA other;
        CREATE TABLE other.u (a int);
        CREATE TABLE other.t (b int);
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
        CREATE FUNCTION public.format_type(oid, int) RETURNS text LANGUAGE sql AS 'SELECT ''x''::text';
        """);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void close() {
    catalogs.close();
  }

  private static void run(String sql) throws Exception {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static PostgresUpstream upstream(int port, List<String> searchPath) {
    return upstream(port, PostgresUpstream.Tls.DISABLE, Optional.empty(), searchPath);
  }

  private static PostgresUpstream inTls(int port, Path authority) {
    return upstream(
        port,
        PostgresUpstream.Tls.VERIFY_FULL,
        Optional.of(new Authority(authority)),
        List.of("public"));
  }

  private static PostgresUpstream upstream(
      int port, PostgresUpstream.Tls tls, Optional<Authority> authority, List<String> searchPath) {
    return new PostgresUpstream(
        new Resource("orders", Resource.Kind.POSTGRES, Map.of()),
        "127.0.0.1",
        port,
        "postgres",
        "postgres",
        new Secret.Generated("postgres"),
        tls,
        authority,
        searchPath,
        PostgresSessions.PLAIN,
        Networks.ANYWHERE);
  }

  private Catalog load(List<String> searchPath) throws Exception {
    return catalogs.catalog(upstream(server.getPort(), searchPath)).toCompletableFuture().get();
  }

  @Test
  void knowsRelationsColumnsAndUsersFunctions() throws Exception {
    Catalog catalog = load(List.of("public", "other"));

    assertThat(catalog.relation("public.t").orElseThrow().columns())
        .containsExactlyInAnyOrderEntriesOf(Map.of(1, "a", 3, "Ü"));
    assertThat(catalog.schemasOfUserFunction("f")).contains("public");
    assertThat(catalog.schemasOfUserFunction("===")).contains("public");
    assertThat(catalog.schemasOfUserFunction("lower")).isEmpty();
  }

  @Test
  void isReadOverTlsOfWhomTheResourcesOwnAuthoritySigned() throws Exception {
    TestTls tls = TestTls.make();
    Files.setPosixFilePermissions(tls.key(), PosixFilePermissions.fromString("rw-------"));
    try (EmbeddedPostgres encrypted =
        EmbeddedPostgres.builder()
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", tls.chain().toString())
            .setServerConfig("ssl_key_file", tls.key().toString())
            .start()) {
      try (Connection connection =
              OwnConnection.openReadOnly(inTls(encrypted.getPort(), tls.chain()));
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
        row.next();
        assertThat(row.getBoolean(1)).isTrue();
      }
      PostgresUpstream signedByAnother = inTls(encrypted.getPort(), TestTls.make().chain());
      assertThatThrownBy(() -> OwnConnection.openReadOnly(signedByAnother))
          .hasMessageContaining("SSL");
    }
  }

  @Test
  void pgS06_namesAreLookedUpInTheSearchPath() throws Exception {
    Catalog publicFirst = load(List.of("public", "other"));
    assertThat(publicFirst.qualifyRelation(null, "t")).isEqualTo("public.t");
    assertThat(publicFirst.qualifyRelation(null, "u")).isEqualTo("other.u");
    assertThat(publicFirst.qualifyRelation("x", "t")).isEqualTo("x.t");
    assertThat(publicFirst.qualifyRelation(null, "pg_class")).isEqualTo("pg_catalog.pg_class");
    assertThat(publicFirst.qualifyRelation(null, "nobody")).isEqualTo("public.nobody");
    catalogs.invalidate(upstream(server.getPort(), List.of()));

    Catalog otherFirst = load(List.of("other", "public"));

    assertThat(otherFirst.qualifyRelation(null, "t")).isEqualTo("other.t");
  }

  @Test
  void isReadAgainWhenOldOrInvalidated() throws Exception {
    List<String> path = List.of("public");
    Catalog first = load(path);
    assertThat(load(path)).isSameAs(first);

    nanoTime.addAndGet(Catalogs.TIME_TO_LIVE.toNanos());
    Catalog second = load(path);
    assertThat(second.epoch()).isNotEqualTo(first.epoch());

    catalogs.invalidate(upstream(server.getPort(), path));
    assertThat(load(path)).isNotSameAs(second);
  }

  @Test
  void aDatabaseThatCannotBeAskedIsAskedAgain() throws Exception {
    PostgresUpstream nobody = upstream(1, List.of("public"));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> catalogs.catalog(nobody).toCompletableFuture().get())
          .isInstanceOf(ExecutionException.class);
    }

    assertThat(load(List.of("public")).isKnown()).isTrue();
  }

  @Test
  void pgS10_aRuleOnATableHoldsForWhatIsBuiltUponIt() throws Exception {
    Catalog catalog = load(List.of("public"));
    MatchedRow because =
        new MatchedRow("M-1", "Masking", 2, Verdict.MASK, "", "personal", "", List.of());
    MaskedColumns masked =
        MaskedColumns.of(
            new MaskPlan(
                List.of(
                    new MaskRule(new Glob("public.t"), new Glob("Ü"), Masker.PARTIAL, because),
                    new MaskRule(new Glob("*.t"), new Glob("Ü"), Masker.HASH, because))),
            catalog);
    int table = catalog.relation("public.t").orElseThrow().oid();
    int view = catalog.relation("public.v").orElseThrow().oid();

    assertThat(masked.column(table, 3)).contains(Masker.HASH);
    assertThat(masked.column(table, 1)).isEmpty();
    assertThat(masked.column(table, 0)).contains(Masker.REDACT);
    assertThat(masked.column(table, -1)).isEmpty();
    assertThat(masked.column(view, 1)).contains(Masker.REDACT);
    assertThat(masked.column(1_000_000, 1)).contains(Masker.REDACT);
    assertThat(masked.column(1259, 2)).isEqualTo(Optional.empty());
    assertThat(masked.touches("public.v")).isTrue();
    assertThat(masked.touches("other.u")).isFalse();
    assertThat(masked.touches("pg_catalog.pg_class")).isFalse();
  }
}
