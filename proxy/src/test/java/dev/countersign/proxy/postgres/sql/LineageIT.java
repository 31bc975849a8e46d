package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.catalog.Catalogs;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a real server answers, masked: the origin it gives each column and the lineage from the text
 * together must hide every value of {@code customers.email} and {@code customers.ssn}.
 */
final class LineageIT {

  private static final String EMAIL = "Canary.Mail-7731@example.org";
  private static final String SSN = "913-66-7755";
  private static final List<String> CANARIES = List.of("canary", "7731", "913", "66-7755", "7755");

  private static final String SCHEMA =
      """
      CREATE TABLE customers (id int PRIMARY KEY, name text, email varchar(80), ssn text,
          notes text, created_at timestamptz DEFAULT '2020-02-02 02:02:02Z');
      INSERT INTO customers VALUES (1, 'Ada', '%1$s', '%2$s', 'likes tea');
      INSERT INTO customers VALUES (2, 'Ben', 'Canary.Mail-7731b@example.org', '913-66-7755b', 'x');
      CREATE TABLE orders (id int, customer_id int, status text, total_cents int);
      INSERT INTO orders VALUES (10, 1, 'open', 990), (11, 2, 'paid', 150);
      CREATE TABLE bills (id int PRIMARY KEY, customer_id int REFERENCES customers);
      CREATE TABLE dunning (bill_id int REFERENCES bills);
      CREATE VIEW v_c AS SELECT id, lower(email) AS l FROM customers;
      CREATE SCHEMA s;
      CREATE TABLE s.t (a int);
      CREATE VIEW v_far AS SELECT a FROM s.t;
      CREATE VIEW v_mail AS SELECT id, status AS email FROM orders;
      CREATE VIEW v_v AS SELECT l AS m FROM v_c;
      CREATE MATERIALIZED VIEW mv_c AS SELECT id, email FROM customers;
      CREATE TABLE people (id int, email text) PARTITION BY RANGE (id);
      CREATE TABLE people_1 PARTITION OF people FOR VALUES FROM (0) TO (100);
      INSERT INTO people VALUES (5, '%1$s');
      CREATE TABLE vip (level int) INHERITS (customers);
      INSERT INTO vip VALUES (3, 'Cy', '%1$s', '%2$s', 'x', '2020-02-02 02:02:02Z', 9);
      CREATE FUNCTION spy(int) RETURNS text LANGUAGE sql
          AS 'SELECT email FROM public.customers WHERE id = $1';
      CREATE FUNCTION spy_now(int) RETURNS text IMMUTABLE LANGUAGE sql
          AS 'SELECT email FROM public.customers WHERE id = $1';
      CREATE FUNCTION spy_rec(int, OUT e text, OUT s text) LANGUAGE sql
          AS 'SELECT email, ssn FROM public.customers WHERE id = $1';
      CREATE VIEW v_spy AS SELECT spy(1) AS e;
      CREATE TYPE pair AS (a text, b text);
      CREATE FUNCTION spy_pair(int) RETURNS pair LANGUAGE sql
          AS 'SELECT ROW(email, ssn)::public.pair FROM public.customers WHERE id = $1';
      CREATE CAST (int AS pair) WITH FUNCTION spy_pair(int);
      CREATE TABLE cards (number text PRIMARY KEY);
      CREATE TYPE mood AS ENUM ('ok', 'bad');
      CREATE TYPE two_pairs AS (p pair, n int);
      CREATE DOMAIN some_pair AS pair;
      CREATE FUNCTION spy_xml(point) RETURNS xml LANGUAGE sql
          AS 'SELECT xmlelement(name x, ssn) FROM public.customers LIMIT 1';
      CREATE CAST (point AS xml) WITH FUNCTION spy_xml(point);
      CREATE FUNCTION pg_catalog.abs(text) RETURNS text LANGUAGE sql
          AS 'SELECT ssn FROM public.customers LIMIT 1';
      CREATE FUNCTION pg_catalog.spy_op(text, text) RETURNS text LANGUAGE sql
          AS 'SELECT ssn FROM public.customers LIMIT 1';
      CREATE OPERATOR pg_catalog.<#> (LEFTARG = text, RIGHTARG = text,
          FUNCTION = pg_catalog.spy_op);
      CREATE FUNCTION spy_row(customers) RETURNS text LANGUAGE sql AS 'SELECT ($1).email';
      """
          .formatted(EMAIL, SSN);

  private static EmbeddedPostgres server;
  private static Connection connection;
  private static Catalogs catalogs;
  private static Catalog catalog;
  private static SqlClassifier classifier;
  private static MaskedColumns masked;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
    connection = server.getPostgresDatabase().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute(SCHEMA);
      statement.execute("SET statement_timeout = '10s'");
    }
    catalogs = new Catalogs();
    catalog = catalogs.catalog(upstream()).toCompletableFuture().get();
    classifier = new SqlClassifier();
    masked =
        MaskedColumns.of(
            new MaskPlan(
                List.of(
                    rule("public.customers", "email"),
                    rule("public.customers", "ssn"),
                    rule("public.people", "email"),
                    rule("public.v_mail", "email"))),
            catalog);
  }

  @AfterAll
  static void stop() throws Exception {
    classifier.close();
    catalogs.close();
    connection.close();
    server.close();
  }

  private static MaskRule rule(String relation, String column) {
    MatchedRow because =
        new MatchedRow("M-1", "Masking", 2, Verdict.MASK, "", "personal data", "", List.of());
    return new MaskRule(new Glob(relation), new Glob(column), Masker.REDACT, because);
  }

  /** One letter a result column: M masked, - passed. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          SELECT id, name, email, ssn FROM customers; --MM
          SELECT * FROM customers; --MM--
          TABLE customers; --MM--
          SELECT email || '' FROM customers; M
          SELECT email COLLATE "C" FROM customers; M
          SELECT ssn::text, email::text FROM customers; MM
          SELECT max(email), count(email), count(*) FROM customers; M--
          SELECT id, (SELECT c2.email FROM customers c2 WHERE c2.id = c.id) FROM customers c; -M
          SELECT unnest(ARRAY[email]) FROM customers; M
          SELECT x FROM customers c, LATERAL (VALUES (c.email)) v(x); M
          SELECT column1 FROM customers c, LATERAL (VALUES (c.email)) v; M
          SELECT email FROM customers a FULL JOIN customers b USING (email); M
          SELECT e FROM (customers a JOIN orders o ON o.customer_id = a.id) AS j(i, n, e); M
          WITH RECURSIVE r(e, n) AS (SELECT email, 1 FROM customers UNION ALL SELECT e, n + 1 FROM r WHERE n < 2) SELECT e, n FROM r; M-
          SELECT email FROM customers UNION ALL SELECT status FROM orders; M
          SELECT status FROM orders UNION ALL SELECT email FROM customers; M
          SELECT notes AS email, email AS notes FROM customers; -M
          SELECT a, c FROM customers AS c(a, b, c, d); -M
          SELECT upper(c) FROM customers AS c(a, b, c, d); M
          SELECT upper(b), c.b FROM customers AS c(a, b, c, d); M-
          SELECT upper(o.c) FROM orders AS o(a, b, c) JOIN customers ON a = 10; -
          SELECT b || '' FROM (SELECT ssn AS x, ssn AS y FROM customers) s, LATERAL (VALUES (s.*, 1)) v(a, b); M
          SELECT b || '' FROM (SELECT ssn AS x, ssn AS y FROM customers) s, LATERAL (VALUES ('a', 'b', 1), ((s).*, 1)) v(a, b); M
          SELECT (1::pair).a; M
          SELECT (ARRAY[1])::_pair, (ROW(1, 2)::two_pairs).p, 1::some_pair, ARRAY[1]::pair[]; MMMM
          SELECT point(1, 1)::xml, ARRAY[point(1, 1)]::xml[], ARRAY[point(1, 1)]::_xml; MMM
          SELECT JSON_VALUE('{}', '$.x' RETURNING pair DEFAULT 1 ON EMPTY), JSON_VALUE('1', '$' RETURNING int), JSON_OBJECT('a': 1 RETURNING text); M--
          SELECT abs('1'::text), pg_catalog.abs('1'::text), 'a' <#> 'b', 'a' OPERATOR(pg_catalog.<#>) 'b'; MMMM
          SELECT id::text, id::bigint + 1, ARRAY[1]::int[], status::varchar, '{}'::_text, 'ok'::mood FROM orders; ------
          SELECT c FROM customers c; M
          SELECT customers FROM customers; M
          SELECT to_json(c), row_to_json(c.*), array_agg(c) OVER () FROM customers c; MMM
          SELECT ROW(c.*)::text, c::text FROM customers c; MM
          SELECT (c).email, (c).id FROM customers c; M-
          SELECT (c).*  FROM customers c; --MM--
          SELECT xmlforest(c.email AS a), xmlelement(name b, email) FROM customers c; MM
          SELECT json_build_object('a', email) FROM customers; M
          SELECT json_object_agg(id, ssn), string_agg(email, ','), jsonb_agg(notes) FROM customers; MM-
          SELECT value FROM customers c, json_each_text(to_json(c)); M
          SELECT j.v FROM customers c, json_each_text(to_json(c)) AS j(k, v); M
          SELECT j FROM customers c, json_each_text(to_json(c)) AS j; M
          SELECT l FROM v_c; M
          SELECT id, l FROM v_c; MM
          SELECT m || '' FROM v_v; M
          SELECT email FROM mv_c; M
          SELECT upper(email) FROM mv_c; M
          SELECT email FROM people; M
          SELECT email FROM people_1; M
          SELECT lower(email) FROM people_1; M
          SELECT email, level FROM vip; M-
          SELECT reverse(email), level + 1 FROM vip; M-
          SELECT x.lower FROM (SELECT lower(email) FROM customers) x; M
          SELECT x.a || '' FROM (SELECT email AS a, id AS b FROM customers) x; M
          SELECT x.b + 1, x.a FROM (SELECT email AS a, id AS b FROM customers) x; -M
          SELECT d.to_json FROM (SELECT * FROM customers) d; M
          SELECT d.to_json FROM (SELECT * FROM customers) d, (SELECT 1 AS to_json) z; M
          SELECT c.spy_row FROM customers c; M
          SELECT spy(1); M
          SELECT s FROM spy(1) s; M
          SELECT x FROM (SELECT spy(1) AS x) y; M
          SELECT CASE WHEN ssn LIKE '9%' THEN 'yes' ELSE 'no' END FROM customers; M
          SELECT id, ssn LIKE '9%' FROM customers; -M
          SELECT coalesce(q.ssn, 'none') FROM (SELECT c.* FROM customers c) q; M
          SELECT "coalesce" FROM (SELECT coalesce(ssn, 'none') FROM customers) q; M
          SELECT lag(email) OVER (ORDER BY id), row_number() OVER (ORDER BY id) FROM customers; M-
          WITH c AS MATERIALIZED (SELECT * FROM customers) SELECT email, lower(ssn), id FROM c; MM-
          WITH x AS (SELECT email FROM customers), y(z) AS (SELECT * FROM x) SELECT z || '' FROM y; M
          WITH x AS (UPDATE customers SET notes = notes RETURNING email) SELECT lower(email) FROM x; M
          UPDATE customers SET notes = notes WHERE id = 1 RETURNING id, email, lower(ssn); -MM
          UPDATE customers SET notes = notes WHERE id = 1 RETURNING old.email, new.ssn, upper(old.email), old.id; MMM-
          UPDATE customers SET notes = notes WHERE id = 1 RETURNING to_json(old), WITH_; MM
          DELETE FROM customers WHERE id = 77 RETURNING *; --MM--
          SELECT status, total_cents FROM orders; --
          SELECT upper(status), total_cents + 1, 'x', now() IS NULL FROM orders; ----
          SELECT o.id, upper(o.status) FROM orders o JOIN customers c ON c.id = o.customer_id; --
          SELECT n FROM generate_series(1, 3) n, customers; -
          SELECT n + 1 FROM generate_series(1, 3) AS g(n), customers; -
          SELECT count(*) FROM customers WHERE email LIKE 'a%'; -
          SELECT upper(name) || notes FROM customers; -
          SELECT relname, pg_get_userbyid(relowner), format_type(23, -1) FROM pg_class; ---
          SELECT convert_from(convert_to(email, 'UTF8'), 'UTF8'), encode(email::bytea, 'hex') FROM customers; MM
          SELECT (xpath('/a/text()', ('<a>' || email || '</a>')::xml))[1] FROM customers; M
          SELECT ts_headline(email, plainto_tsquery('x')) FROM customers; M
          SELECT query_to_xml('select email from customers', true, true, ''); M
          SELECT e FROM ROWS FROM (unnest(ARRAY['a']), json_to_recordset((SELECT json_agg(c) FROM customers c)) AS (e text)) AS t(u, e); M
          SELECT jt.e FROM customers c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (e text PATH '$.email')) jt; M
          SELECT xt.e FROM customers c, XMLTABLE('/r' PASSING xmlelement(name r, c.email) COLUMNS e text PATH '.') xt; M
          VALUES ((SELECT ssn FROM customers WHERE id = 1)), ('x'); M
          SELECT ARRAY(SELECT email FROM customers), EXISTS (SELECT 1 FROM customers WHERE ssn LIKE '9%'); MM
          SELECT email FROM ONLY customers TABLESAMPLE BERNOULLI (100); M
          SELECT * FROM spy(1); M
          SELECT (spy_rec(1)).*; MM
          SELECT * FROM (SELECT * FROM spy_rec(1)) q; MM
          SELECT q.e FROM (SELECT * FROM spy_rec(1)) q; M
          SELECT e || '' FROM v_spy; M
          SELECT l.m FROM (SELECT 1 AS "varchar") z, LATERAL (SELECT "varchar" AS m FROM (SELECT (CASE WHEN true THEN email END)::text::varchar FROM customers) q) l; M
          SELECT l.m FROM (SELECT 1 AS o) z, LATERAL (WITH RECURSIVE r(e) AS (SELECT email FROM customers UNION SELECT e FROM r WHERE false) SEARCH DEPTH FIRST BY e SET o SELECT o AS m FROM r) l; M
          WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION ALL SELECT v FROM r WHERE false) SEARCH DEPTH FIRST BY v SET xmin SELECT xmin::text FROM r; M
          WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION ALL SELECT v FROM r WHERE false) CYCLE v SET cmin USING ctid SELECT ctid::text, r.ctid FROM r; MM
          SELECT (SELECT status || '' FROM orders AS o(a, b, c, d) LIMIT 1) FROM (SELECT (json_populate_record(p, json_build_object('status', ssn))).* FROM customers c LEFT JOIN orders p ON false) s; M
          SELECT id, (SELECT q.* FROM (SELECT o.id FROM orders o LIMIT 1) q) FROM customers; --
          SELECT id, (SELECT q.* FROM (SELECT c2.ssn FROM customers c2 LIMIT 1) q) FROM customers; -M
          EXPLAIN SELECT id FROM customers WHERE email = 'x'; -
          EXPLAIN SELECT 1 WHERE 'a' = spy_now(1); M
          SELECT ctid::text, xmin::text FROM customers; --
          SELECT pg_try_advisory_xact_lock_shared(hashtext('a')), hashtext(name) FROM customers; --
          """)
  void pgs12_whatIsMadeOfAMaskedColumnIsMasked(String sql, String expected) throws Exception {
    if (sql.contains("WITH_")) {
      sql =
          "UPDATE customers SET notes = notes WHERE id = 1"
              + " RETURNING WITH (OLD AS o, NEW AS n) to_json(o), n";
    }

    assumeTrue(isOfThisServer(sql), "the server is too old for it");

    Result result = run(sql);

    assertThat(result.pattern()).as(sql).isEqualTo(expected);
    for (String value : result.values()) {
      for (String canary : CANARIES) {
        assertThat(value.toLowerCase(Locale.ROOT)).doesNotContain(canary);
        assertThat(value.toLowerCase(Locale.ROOT))
            .doesNotContain(new StringBuilder(canary).reverse());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          CREATE TABLE t2 AS SELECT email FROM customers; [public.customers.email]
          SELECT lower(ssn) AS s INTO t2 FROM customers; [public.customers.ssn]
          SELECT * INTO TEMP t2 FROM customers; [public.customers.email, public.customers.ssn]
          CREATE MATERIALIZED VIEW m2 AS SELECT email FROM customers; [public.customers.email]
          CREATE VIEW v2 AS SELECT l FROM v_c; [public.v_c.l]
          INSERT INTO orders (status) SELECT email FROM customers; [public.customers.email]
          INSERT INTO orders (status) VALUES ((SELECT ssn FROM customers LIMIT 1)); [public.customers.ssn]
          UPDATE customers SET notes = email; [public.customers.email]
          UPDATE orders o SET status = c.ssn FROM customers c WHERE c.id = o.customer_id; [public.customers.ssn]
          UPDATE customers SET (notes, name) = (SELECT email, ssn FROM customers LIMIT 1); [public.customers.email, public.customers.ssn]
          UPDATE customers SET email = lower(email); []
          UPDATE customers SET notes = 'x' WHERE email LIKE 'a%'; []
          INSERT INTO orders (id, status) SELECT id, name FROM customers; []
          INSERT INTO customers (id, email) VALUES (9, 'x') ON CONFLICT (id) DO UPDATE SET notes = customers.email; [public.customers.email]
          MERGE INTO orders o USING customers c ON c.id = o.id WHEN NOT MATCHED THEN INSERT (status) VALUES (c.email); [public.customers.email]
          MERGE INTO orders o USING customers c ON c.id = o.id WHEN MATCHED THEN UPDATE SET status = c.ssn; [public.customers.ssn]
          MERGE INTO customers c USING (SELECT s FROM (SELECT ssn AS x, ssn AS y FROM customers) s) q ON true WHEN NOT MATCHED THEN INSERT (email, notes) VALUES ((q.s).*); [public.customers.email, public.customers.ssn]
          INSERT INTO customers (id, email, notes) VALUES (9, ((SELECT s FROM (SELECT ssn AS x, ssn AS y FROM customers) s)).*); [public.customers.ssn]
          SELECT 'x' AS a INTO t2 UNION ALL SELECT ssn FROM customers; [public.customers.ssn]
          SELECT 'x' AS a INTO t2 UNION SELECT 'y' EXCEPT SELECT email FROM customers; [public.customers.email]
          INSERT INTO v_mail (email) SELECT email FROM customers; [public.customers.email, public.v_mail.email]
          ALTER TABLE orders ADD COLUMN m text REFERENCES customers (email); []
          CREATE INDEX ON customers (lower(email)) WHERE ssn < '5'; []
          WITH x AS (SELECT email AS e FROM customers) INSERT INTO orders (status) SELECT e FROM x; [public.customers.email, public.customers.ssn]
          COPY (SELECT email FROM customers) TO STDOUT; [public.customers.email]
          COPY customers TO STDOUT; [public.customers.email, public.customers.ssn]
          SELECT set_config('application_name', email, false) FROM customers; [public.customers.email]
          SELECT pg_notify('ch', email) FROM customers; [public.customers.email]
          ALTER TABLE customers RENAME COLUMN email TO x; [public.customers.email, public.customers.ssn]
          ALTER TABLE customers RENAME TO people2; [public.customers.email, public.customers.ssn]
          ALTER TABLE customers SET SCHEMA s; [public.customers.email, public.customers.ssn]
          ALTER SCHEMA public RENAME TO p; [public.customers.email, public.customers.ssn, public.mv_c.email, public.mv_c.id, public.people.email, public.people_1.email, public.v_c.id, public.v_c.l, public.v_mail.email, public.v_spy.e, public.v_v.m, public.vip.email, public.vip.ssn]
          ALTER TABLE customers ALTER notes TYPE text USING email; [public.customers.email]
          ALTER TABLE customers ADD COLUMN c text GENERATED ALWAYS AS (upper(ssn)) STORED; [public.customers.ssn]
          CREATE TABLE people_2 PARTITION OF people FOR VALUES IN (7); [public.people.email]
          CREATE TABLE o2 () INHERITS (orders); []
          ALTER TABLE people DETACH PARTITION people_1; [public.people_1.email]
          ALTER TABLE vip NO INHERIT customers; [public.vip.email, public.vip.ssn]
          ALTER TABLE customers ADD COLUMN c text; []
          CREATE TABLE f (m text REFERENCES customers (ssn) ON UPDATE CASCADE); [public.customers.ssn]
          CREATE TABLE f (m text, FOREIGN KEY (m) REFERENCES customers (ssn) ON UPDATE CASCADE); [public.customers.ssn]
          CREATE TABLE f (i int REFERENCES customers ON UPDATE CASCADE); [public.customers.email, public.customers.ssn]
          CREATE TABLE f (i int REFERENCES customers (id) ON UPDATE CASCADE, m text REFERENCES customers (ssn)); []
          ALTER TABLE orders ADD FOREIGN KEY (status) REFERENCES customers (email) ON UPDATE CASCADE; [public.customers.email]
          ALTER TABLE orders ADD COLUMN m text REFERENCES customers (email) ON UPDATE CASCADE; [public.customers.email]
          CREATE POLICY p ON orders USING ((SELECT ssn::int FROM customers LIMIT 1) = id); [public.customers.ssn]
          ALTER POLICY p ON orders WITH CHECK (status IN (SELECT email FROM customers)); [public.customers.email]
          CREATE POLICY p ON customers USING (id = 1 AND name = current_user); []
          CREATE POLICY p ON orders USING (id IN (SELECT id FROM customers)); []
          SELECT setseed(ssn::float) FROM customers; [public.customers.ssn]
          SELECT id FROM customers WHERE ssn <#> 'x' = 'y'; [public.customers.ssn]
          SELECT id FROM customers WHERE name <#> 'x' = 'y'; []
          SELECT id FROM customers WHERE ssn::pair IS NULL; [public.customers.ssn]
          ALTER TABLE customers ALTER ssn TYPE pair; [public.customers.ssn]
          ALTER TABLE customers ALTER ssn TYPE varchar(20); []
          PREPARE p AS UPDATE customers SET notes = email; [public.customers.email]
          EXPLAIN ANALYZE UPDATE customers SET notes = email; [public.customers.email]
          SELECT email FROM customers; []
          """)
  void pgs37_writesFedByMaskedColumnsAreNamed(String sql, String expected) throws Exception {
    assertThat(classifier.classify(sql, catalog).getFirst().lineage().launders(masked))
        .hasToString(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          SELECT ssn FROM customers; []
          SELECT * FROM customers WHERE id = 1 ORDER BY name; []
          SELECT c FROM customers c; []
          SELECT ssn, id FROM customers ORDER BY 2; []
          SELECT email FROM customers WHERE lower(email) = 'x' ORDER BY email; []
          SELECT ssn FROM customers UNION ALL SELECT status FROM orders; []
          SELECT x.s FROM (SELECT ssn AS s, id FROM customers) x WHERE x.id = 1; []
          SELECT count(*) FROM customers; []
          UPDATE customers SET ssn = 'x' WHERE id = 1 RETURNING ssn; []
          INSERT INTO customers (id, ssn) VALUES (9, 'x'); []
          SELECT 1 FROM orders WHERE status = 'x' GROUP BY total_cents; []
          SELECT id FROM customers WHERE ssn = '1'; [public.customers.ssn]
          SELECT id FROM customers c WHERE c.ssn LIKE '9%'; [public.customers.ssn]
          SELECT id FROM customers ORDER BY ssn; [public.customers.ssn]
          SELECT ssn FROM customers ORDER BY 1; [public.customers.ssn]
          SELECT ssn AS s FROM customers ORDER BY s; [public.customers.ssn]
          SELECT * FROM customers ORDER BY 4; [public.customers.ssn]
          SELECT 1 FROM customers GROUP BY ssn; [public.customers.ssn]
          SELECT ssn FROM customers GROUP BY 1; [public.customers.ssn]
          SELECT ssn FROM customers GROUP BY ROLLUP (1); [public.customers.ssn]
          SELECT name, ssn FROM customers GROUP BY (1, 2); [public.customers.ssn]
          SELECT name, ssn FROM customers GROUP BY (id, ((1), 2)); [public.customers.ssn]
          VALUES ((SELECT length(ssn) FROM customers)); [public.customers.ssn]
          VALUES (1 / (CASE WHEN (SELECT ssn FROM customers) > '5' THEN 0 END)); [public.customers.ssn]
          SELECT v.* FROM customers c, LATERAL (VALUES (1 / length(c.ssn))) v; [public.customers.ssn]
          SELECT v.* FROM customers c, LATERAL (VALUES (c.id, c.ssn)) v; []
          SELECT 1 FROM customers GROUP BY id HAVING max(ssn) > '5'; [public.customers.ssn]
          SELECT DISTINCT ssn FROM customers; [public.customers.ssn]
          SELECT DISTINCT ON (ssn) id FROM customers; [public.customers.ssn]
          SELECT count(DISTINCT ssn) FROM customers; [public.customers.ssn]
          SELECT count(*) FILTER (WHERE ssn > '5') FROM customers; [public.customers.ssn]
          SELECT ssn FROM customers INTERSECT SELECT '913-66-7755'; [public.customers.ssn]
          SELECT ssn FROM customers UNION SELECT '913-66-7755'; [public.customers.ssn]
          SELECT lower(ssn) FROM customers; [public.customers.ssn]
          SELECT CASE WHEN ssn > '5' THEN pg_sleep(1) END FROM customers; [public.customers.ssn]
          SELECT row_number() OVER (ORDER BY ssn) FROM customers; [public.customers.ssn]
          SELECT a.id FROM customers a JOIN customers b USING (ssn); [public.customers.ssn]
          SELECT a.id FROM customers a NATURAL JOIN customers b; [public.customers.ssn]
          SELECT o.id FROM orders o JOIN customers c ON c.ssn = o.status; [public.customers.ssn]
          SELECT id FROM orders WHERE status IN (SELECT ssn FROM customers); [public.customers.ssn]
          SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.ssn = o.status); [public.customers.ssn]
          SELECT x.i FROM (SELECT ssn AS s, id AS i FROM customers) x WHERE x.s > '5'; [public.customers.ssn]
          WITH x(s) AS (SELECT ssn FROM customers) SELECT 1 FROM x ORDER BY s; [public.customers.ssn]
          SELECT id FROM customers c WHERE c = ROW(1, 'a'); [public.customers.ssn]
          SELECT id FROM orders WHERE query_to_xml('SELECT 1 FROM customers WHERE ssn > 5', true, true, '')::text <> ''; [those that query_to_xml reads]
          SELECT word FROM ts_stat('SELECT to_tsvector(name) FROM customers WHERE ssn > 5'); [those that ts_stat reads]
          DECLARE c CURSOR FOR SELECT table_to_xml('customers', true, true, ''); [those that table_to_xml reads]
          SELECT n FROM customers c, generate_series(1, length(c.ssn)) n; [public.customers.ssn]
          SELECT id FROM customers LIMIT (SELECT length(ssn) FROM customers LIMIT 1); [public.customers.ssn]
          UPDATE customers SET notes = 'x' WHERE ssn = '1'; [public.customers.ssn]
          INSERT INTO customers (id, ssn) SELECT id + 9, ssn FROM customers; []
          INSERT INTO customers (id, email) SELECT id + 9, ssn FROM customers; [public.customers.ssn]
          INSERT INTO people (id, email) SELECT id, ssn FROM customers; [public.customers.ssn]
          INSERT INTO people (id, email) SELECT id + 1, email FROM people; []
          INSERT INTO people (id, email) VALUES (9, 'x'); []
          UPDATE customers SET ssn = upper(ssn); [public.customers.ssn]
          DELETE FROM orders USING customers c WHERE c.ssn = status; [public.customers.ssn]
          MERGE INTO orders o USING customers c ON c.ssn = o.status WHEN MATCHED THEN DELETE; [public.customers.ssn]
          INSERT INTO customers (id) VALUES (9) ON CONFLICT (id) DO UPDATE SET notes = 'x' WHERE customers.ssn > '5'; [public.customers.ssn]
          INSERT INTO customers (id, ssn) VALUES (9, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name; []
          INSERT INTO customers (id, ssn) VALUES (9, 'x') ON CONFLICT (ssn) DO NOTHING; [public.customers.ssn]
          INSERT INTO customers (id, ssn) VALUES (9, 'x') ON CONFLICT ON CONSTRAINT customers_pkey DO NOTHING; [public.customers.ssn]
          CREATE INDEX ON customers (lower(name)) WHERE id > 5; []
          CREATE INDEX ON customers (id) WHERE ssn < '5'; [public.customers.ssn]
          CREATE UNIQUE INDEX ON customers ((left(ssn, 1))); [public.customers.ssn]
          CREATE UNIQUE INDEX ON customers (ssn); [public.customers.ssn]
          ALTER TABLE customers ADD CHECK (id > 5), ADD COLUMN z int; []
          ALTER TABLE customers ADD CHECK (ssn <> '913-66-7755'); [public.customers.ssn]
          ALTER TABLE customers ADD UNIQUE (ssn); [public.customers.ssn]
          ALTER TABLE customers ADD FOREIGN KEY (ssn) REFERENCES orders (status); [public.customers.ssn]
          ALTER TABLE customers ALTER ssn TYPE short; [public.customers.ssn]
          ALTER TABLE customers ALTER ssn SET NOT NULL; [public.customers.ssn]
          ALTER TABLE customers ALTER name SET NOT NULL; []
          ALTER TABLE customers CLUSTER ON customers_pkey; [public.customers.ssn]
          CLUSTER customers USING customers_pkey; [public.customers.ssn]
          CLUSTER orders USING an_index; []
          CLUSTER; [those of all tables]
          ALTER DOMAIN short ADD CHECK (VALUE < '5'); [those of the type public.short]
          ALTER DOMAIN short SET NOT NULL; [those of the type public.short]
          ALTER DOMAIN short VALIDATE CONSTRAINT c; [those of the type public.short]
          ALTER DOMAIN short DROP CONSTRAINT c; []
          ALTER DOMAIN short DROP NOT NULL; []
          ALTER DOMAIN short SET DEFAULT '5'; []
          ALTER TYPE pair ALTER ATTRIBUTE a TYPE short CASCADE; [those of the type public.pair]
          WITH RECURSIVE r(v, n) AS (SELECT ssn, 1 FROM customers UNION ALL SELECT '5', n + 1 FROM r) CYCLE v SET c USING p SELECT n FROM r; [public.customers.ssn]
          WITH RECURSIVE r(v, n) AS (SELECT ssn, 1 FROM customers UNION ALL SELECT '5', n + 1 FROM r) CYCLE n SET c USING p SELECT n FROM r; []
          WITH RECURSIVE r(v, n) AS (SELECT ssn, 1 FROM customers UNION ALL SELECT v, n + 1 FROM r) SEARCH BREADTH FIRST BY v SET o SELECT n FROM r ORDER BY o; [public.customers.ssn]
          CREATE TABLE guess (m text REFERENCES customers (ssn)); [public.customers.ssn]
          CREATE TABLE guess (m int REFERENCES customers); []
          CREATE TABLE guess (m text REFERENCES cards); [public.cards.number]
          ALTER TABLE orders ADD FOREIGN KEY (status) REFERENCES cards; [public.cards.number]
          WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION ALL SELECT v FROM r) SEARCH DEPTH FIRST BY v SET o SELECT 1 FROM r; [public.customers.ssn]
          PREPARE p AS SELECT id FROM customers WHERE ssn = $1; [public.customers.ssn]
          EXPLAIN SELECT id FROM customers WHERE ssn = '1'; [public.customers.ssn]
          SELECT set_config('TimeZone', 'UTC', false); []
          """)
  void pgs16_aSealedColumnStandsNowhereButBareInAResult(String sql, String expected)
      throws Exception {
    MaskedColumns sealedColumns =
        MaskedColumns.of(
                new MaskPlan(
                    List.of(
                        rule("public.customers", "email"),
                        sealed("public.customers", "ssn"),
                        sealed("public.cards", "number"),
                        sealed("public.people", "email"))),
                catalog)
            .sealed()
            .orElseThrow();

    assertThat(classifier.classify(sql, catalog).getFirst().lineage().dependsOn(sealedColumns))
        .hasToString(expected);
  }

  /**
   * Temporary types are found before PostgreSQL's own, and casts to a row are casts to its parts.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          CREATE TEMP TABLE customers (p pair); [customers]
          CREATE TEMP TABLE point (p pair); [point]
          CREATE TABLE pg_temp.mood (p pair); [mood]
          CREATE TYPE pg_temp.point AS (p pair); [point]
          CREATE DOMAIN pg_temp.point AS pair; [point]
          ALTER TYPE pair RENAME TO point; [point]
          ALTER TABLE orders RENAME COLUMN status TO name; []
          CREATE TABLE point (p pair); []
          CREATE DOMAIN point AS pair; []
          CREATE TEMP TABLE points (p pair); []
          """)
  void pgs06_nothingTakesTheNameOfWhatIsTakenToBeHarmless(String sql, String expected)
      throws Exception {
    assertThat(classifier.classify(sql, catalog).getFirst().lineage().shadows(masked))
        .hasToString(expected);
  }

  private static MaskRule sealed(String relation, String column) {
    MaskRule rule = rule(relation, column);
    return new MaskRule(
        rule.relation(), rule.column(), rule.masker(), true, List.of(), rule.because());
  }

  @Test
  void pgs10_whatIsDoneToAPartitionOrChildIsDoneToItsTable() throws Exception {
    assertThat(wholes("DELETE FROM people_1 WHERE id = 1")).containsExactly("public.people");
    assertThat(wholes("SELECT level FROM ONLY vip")).containsExactly("public.customers");
    assertThat(wholes("SELECT email FROM people")).isEmpty();
    assertThat(wholes("SELECT l FROM v_c")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          TRUNCATE customers CASCADE; TRUNCATE public.bills, TRUNCATE public.customers, TRUNCATE public.dunning
          TRUNCATE customers; TRUNCATE public.customers
          DROP TABLE people CASCADE; DROP public.people, DROP public.people_1
          DROP VIEW v_c CASCADE; DROP public.v_c, DROP public.v_v
          DROP SCHEMA s CASCADE; DROP public.v_far, DROP s, DROP s.t
          DROP TYPE evil CASCADE; DROP public.evil
          ALTER TABLE s.t DROP COLUMN a CASCADE; ALTER s.t, DROP public.v_far
          GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC; GRANT s.*, GRANT s.t
          """)
  void whatIsDoneInACascadeIsDone(String sql, String expected) throws Exception {
    SqlStatement facts = classifier.classify(sql, catalog).getFirst().facts();

    assertThat(facts.accesses().stream().map(SqlAccess::toString).sorted())
        .containsExactly(expected.split(", "));
    assertThat(facts.opaque()).isEqualTo(sql.matches("DROP (TYPE|SCHEMA).*"));
  }

  private static Set<String> wholes(String sql) throws Exception {
    return classifier.classify(sql, catalog).getFirst().facts().accesses().getFirst().partOf();
  }

  @Test
  void pgs08_aUsersFunctionHidesABuiltInOne() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql AS 'SELECT 1::text'");
    }
    PostgresUpstream upstream = upstream();
    catalogs.invalidate(upstream);
    Catalog fresh = catalogs.catalog(upstream).toCompletableFuture().get();

    var facts = classifier.classify("SELECT lower(name) FROM customers", fresh).getFirst().facts();

    assertThat(facts.opaque()).isTrue();
    assertThat(facts.functions()).containsExactly("public.lower");
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP FUNCTION lower(varchar)");
    }
    catalogs.invalidate(upstream);
  }

  private static PostgresUpstream upstream() {
    return new PostgresUpstream(
        new Resource("orders", Resource.Kind.POSTGRES, Map.of()),
        "127.0.0.1",
        server.getPort(),
        "postgres",
        "postgres",
        new Secret.Generated("postgres"),
        PostgresUpstream.Tls.DISABLE,
        List.of("public"));
  }

  private static boolean isOfThisServer(String sql) throws Exception {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    boolean isOf18 = sql.contains("RETURNING old") || sql.contains("RETURNING WITH");
    return (version >= 17 || !sql.contains("JSON_TABLE")) && (version >= 18 || !isOf18);
  }

  private record Result(String pattern, List<String> values) {}

  private static Result run(String sql) throws Exception {
    Lineage lineage = classifier.classify(sql, catalog).getFirst().lineage();
    ValueMasker masker = new ValueMasker(new byte[32]);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<ResultColumn> columns = columns(rows);
      List<Optional<Masker>> maskers = lineage.mask(columns, masked);
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        for (int i = 0; i < columns.size(); i++) {
          values.add(seen(rows.getString(i + 1), maskers.get(i), columns.get(i), masker));
        }
      }
      assertThat(values).isNotNull();
      StringBuilder pattern = new StringBuilder();
      maskers.forEach(one -> pattern.append(one.isPresent() ? 'M' : '-'));
      return new Result(pattern.toString(), values);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static String seen(
      String value, Optional<Masker> hidden, ResultColumn column, ValueMasker masker) {
    if (value == null || hidden.isEmpty()) {
      return value == null ? "" : value;
    }
    byte[] masked = masker.mask(hidden.get(), column.typeOid(), value.getBytes(UTF_8));
    return masked == null ? "" : new String(masked, UTF_8);
  }

  /** The driver keeps what RowDescription said to itself. */
  private static List<ResultColumn> columns(ResultSet rows) throws Exception {
    Field field = Class.forName("org.postgresql.jdbc.PgResultSet").getDeclaredField("fields");
    field.setAccessible(true);
    List<ResultColumn> columns = new ArrayList<>();
    for (var column : (org.postgresql.core.Field[]) field.get(rows)) {
      columns.add(
          new ResultColumn(
              column.getColumnLabel(),
              column.getTableOid(),
              column.getPositionInTable(),
              column.getOID()));
    }
    return columns;
  }
}
