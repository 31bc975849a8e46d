package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Ways to a masked value, tried by a role that may do everything under a policy that allows
 * everything: what is left is what the gateway itself keeps. Each is sent as a simple query, and in
 * the extended protocol with text and with binary results; not one byte that comes back may be part
 * of a masked value, and none may have been written where it is not masked.
 */
@Tag("every-postgres")
final class MaskBypassIT {

  /**
   * What would be a value of a masked column in any other column of the database. Temporary tables
   * are gone with the session that has just ended, at some moment of this query.
   */
  private static final String WRITTEN =
      """
      SELECT coalesce(string_agg(relname, ' '), '') FROM (
        SELECT c.relname,
          query_to_xml(format('SELECT (to_jsonb(t) - ''email'' - ''ssn'' - ''card_number'')::text FROM %s t',
            c.oid::regclass), true, true, '')::text AS content
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_toast'
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')) x
      WHERE content ~* 'canary|913-66|4929000011'
      """;

  private static final Canaries CANARIES =
      new Canaries(Stream.concat(Shop.CANARIES.stream(), Stream.of("913667755")).toList());

  private static OpenDoor door;

  /** A session of somebody else, whose last statement has a value in it. */
  private static Connection elsewhere;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
    door.shop.run("ALTER ROLE gateway SUPERUSER; GRANT ALL ON SCHEMA public TO PUBLIC");
    door.shop.run(resource("bypass-schema.sql"));
    elsewhere = door.shop.connect();
    try (Statement statement = elsewhere.createStatement()) {
      statement.execute("SELECT '" + Shop.EMAIL + "'");
    }
  }

  @AfterAll
  static void close() throws Exception {
    elsewhere.close();
    door.close();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = MaskBypassIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** The attacks of the file that have this id. */
  @Retention(RetentionPolicy.RUNTIME)
  @ArgumentsSource(FromFile.class)
  @interface Attacks {
    String value();
  }

  /** Attacks are paragraphs: a line with an id, then statements, one a line. */
  static final class FromFile extends AnnotationBasedArgumentsProvider<Attacks> {
    @Override
    protected Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context, Attacks attacks) {
      try {
        return Arrays.stream(resource("bypasses.sql").split("\n\\s*\n"))
            .map(String::strip)
            .filter(attack -> attack.startsWith("-- " + attacks.value() + " "))
            .map(Arguments::of);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P22")
  void pgp22_oddTexts(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P23")
  void pgp23_preparedNames(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P25")
  void pgp25_cursors(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P33")
  void pgp33_copyOut(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P35")
  void pgp35_copyToElsewhere(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-P37")
  void pgp37_severalStatements(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S01")
  void pgs01_comments(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S02")
  void pgs02_strings(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S04")
  void pgs04_encodings(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S06")
  void pgs06_namesThatMeanSomethingElse(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S09")
  void pgs09_newRelations(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S10")
  void pgs10_viewsAndChildren(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S12")
  void pgs12_expressions(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S13")
  void pgs13_aliases(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S14")
  void pgs14_wholeRows(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S17")
  void pgs17_errorsAndNotices(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S18")
  void pgs18_constraints(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S20")
  void pgs20_notifications(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S21")
  void pgs21_parameters(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S22")
  void pgs22_names(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S24")
  void pgs24_functions(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S25")
  void pgs25_explain(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S26")
  void pgs26_returning(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S28")
  void pgs28_triggersRulesDefaults(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S29")
  void pgs29_securityDefiners(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S30")
  void pgs30_roles(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S32")
  void pgs32_statistics(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S33")
  void pgs33_activity(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S34")
  void pgs34_largeObjects(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S36")
  void pgs36_corners(String attack) throws Exception {
    getsNothing(attack);
  }

  @ParameterizedTest(name = "{0}")
  @Attacks("PG-S37")
  void pgs37_copiesOfMaskedValues(String attack) throws Exception {
    getsNothing(attack);
  }

  private static void getsNothing(String attack) throws Exception {
    List<String> statements = attack.lines().filter(line -> !line.startsWith("--")).toList();
    for (Mode mode : Mode.values()) {
      StringBuilder received = new StringBuilder();
      try (RawClient client = RawClient.loggedIn(door)) {
        for (String statement : statements) {
          for (Message message : mode.run(client, statement)) {
            received.append(message.body()).append('\n');
          }
        }
      } catch (IOException ended) {
        // Ending the session is an answer, too.
      }
      assertThat(CANARIES.in(received.toString()))
          .as("%s%n%s", mode, visible(received.toString()))
          .isEmpty();
    }
    assertThat(door.shop.ask(WRITTEN)).as(attack).isEmpty();
    assertThat(door.shop.ask("SELECT ssn FROM public.customers WHERE id = 1")).isEqualTo(Shop.SSN);
  }

  private static String visible(String received) {
    return received.replaceAll("[^\\n -~]", ".");
  }

  /** A way to send a statement. */
  private enum Mode {
    SIMPLE {
      @Override
      List<Message> run(RawClient client, String sql) throws IOException {
        client.send('Q', cString(sql));
        return client.untilReady();
      }
    },
    TEXT {
      @Override
      List<Message> run(RawClient client, String sql) throws IOException {
        return extended(client, sql, 0);
      }
    },
    BINARY {
      @Override
      List<Message> run(RawClient client, String sql) throws IOException {
        return extended(client, sql, 1);
      }
    };

    abstract List<Message> run(RawClient client, String sql) throws IOException;

    private static List<Message> extended(RawClient client, String sql, int format)
        throws IOException {
      client.raw(
          parse("", sql),
          frame('B', cString(""), cString(""), int16(0), int16(0), int16(1), int16(format)),
          RawClient.execute(),
          sync());
      return client.untilReady();
    }
  }
}
