package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.proxy.postgres.RawClient.Message;
import dev.countersign.rules.verdict.MaskPlan;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random sequences of messages, sent through the door and straight to the server: the replies are
 * the same, message by message, and so is what every name means after each few of them, and what
 * the server says the session holds. How many, and from which seed on, can be set: {@code
 * -Dcountersign.model.sequences=1000000 -Dcountersign.model.seed=7}.
 */
final class ProtocolModelIT {

  private static final int SEQUENCES = Integer.getInteger("countersign.model.sequences", 100_000);
  private static final long SEED = Long.getLong("countersign.model.seed", 20_261_125);
  private static final int SEQUENCES_OF_A_SESSION = 200;
  private static final int SEQUENCES_OF_A_ROUND = 5;
  private static final int ROUNDS_OF_A_LOOK = 3;

  /** While one waits another is at work. */
  private static final int CLIENTS = 8;

  private static final List<String> NAMES = List.of("", "a", "b");

  private static final List<String> PREPARED =
      List.of(
          "SELECT 1",
          "SELECT id, status FROM orders ORDER BY id",
          "SELECT 1 / (id - 2) FROM orders ORDER BY id",
          "SELECT $1::int",
          "SELECT nonsense",
          "SELEC",
          "",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "SAVEPOINT s",
          "ROLLBACK TO s",
          "SAVEPOINT t",
          "RELEASE s",
          "ROLLBACK TO t",
          "COMMIT AND CHAIN",
          "DISCARD PLANS",
          "DECLARE h CURSOR WITH HOLD FOR SELECT id FROM orders ORDER BY id",
          "SET statement_timeout = '50s'",
          "DEALLOCATE ALL",
          "PREPARE q AS SELECT 'from q'",
          "DECLARE c CURSOR FOR SELECT id FROM orders ORDER BY id",
          "SELECT 1; SELECT 2");

  private static final List<String> SIMPLE =
      List.of(
          "EXECUTE q",
          "PREPARE q AS SELECT 'simply'; EXECUTE q",
          "DEALLOCATE q",
          "DEALLOCATE q; PREPARE q AS SELECT 8",
          "DEALLOCATE ALL; PREPARE b AS SELECT 'b of sql'",
          "CLOSE ALL; DECLARE c CURSOR FOR SELECT 6",
          "DEALLOCATE a",
          "DEALLOCATE \"b\"",
          "PREPARE b AS SELECT 'b of sql'",
          "MOVE 1 IN b",
          "CLOSE a",
          "FETCH 2 FROM c",
          "CLOSE c",
          "MOVE 1 IN h",
          "CLOSE h",
          "SAVEPOINT s; DECLARE c CURSOR FOR SELECT 6; SAVEPOINT t",
          "RELEASE t; SELECT 1",
          "ROLLBACK TO s; SELECT 1",
          "MOVE 1 IN c",
          "DISCARD ALL",
          "BEGIN; DECLARE c CURSOR FOR SELECT 5",
          "SELECT 1; SELECT 1 / 0; SELECT 2",
          "COPY orders (id) FROM STDIN WHERE false",
          "COPY (SELECT 1) TO STDOUT",
          ";",
          "SELECT 3 -- end");

  /**
   * What the door says by itself, and what the server might have found before it: whether a name is
   * there is the first thing that the door looks at.
   */
  private static final Map<String, Set<String>> SAID_FIRST =
      Map.of(
          "42P05", Set.of("42703"),
          "42P03", Set.of("25P01"),
          "42501", Set.of("25P02", "26000", "34000"));

  /** What a session holds. The door's own names for what the protocol has named are left out. */
  private static final String HELD =
      """
      SELECT kind, CASE WHEN named AND name ~ '^(cs_[0-9]+|a|b|c|h|held)$' THEN 'of the protocol'
          ELSE name END, statement, details
      FROM (SELECT 'statement' AS kind, name, NOT from_sql AS named, statement,
              (parameter_types, result_types, from_sql)::text AS details
          FROM pg_prepared_statements
          UNION ALL SELECT 'cursor', name, true, statement,
              (is_holdable, is_binary, is_scrollable)::text
          FROM pg_cursors) held
      ORDER BY 1, 2, 3, 4\
      """;

  private static OpenDoor door;

  /** What Netty found of buffers that nobody gave back: it follows one of some hundred. */
  private static final ListAppender<ILoggingEvent> LEAKS = new ListAppender<>();

  private static final Logger LEAK_LOG =
      (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

  @BeforeAll
  static void open() throws Exception {
    LEAKS.start();
    LEAK_LOG.addAppender(LEAKS);
    door = OpenDoor.open();
    door.policy.activate(new OpenHandedPolicy(new MaskPlan(List.of())));
  }

  @AfterAll
  static void close() throws Exception {
    LEAK_LOG.detachAppender(LEAKS);
    door.close();
  }

  @Test
  void pgp22_theDoorAnswersAsTheServerDoes() throws Exception {
    List<Future<Void>> sessions = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int begun = 0; begun < SEQUENCES; begun += SEQUENCES_OF_A_SESSION) {
        long seed = SEED + begun;
        sessions.add(clients.submit(() -> session(seed)));
      }
      for (Future<Void> session : sessions) {
        session.get();
      }
    }
    assertThat(LEAKS.list).as("buffers that nobody gave back").isEmpty();
  }

  /** What both were sent, and what the server answered. */
  private record Round(List<byte[]> messages, List<String> answers) {}

  private static Void session(long seed) throws Exception {
    Random random = new Random(seed);
    List<Round> rounds = new ArrayList<>();
    try (RawClient through = RawClient.loggedIn(door);
        RawClient direct = RawClient.direct(door.shop.port())) {
      for (int sent = 0; sent < SEQUENCES_OF_A_SESSION; sent += SEQUENCES_OF_A_ROUND) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < SEQUENCES_OF_A_ROUND; i++) {
          messages.addAll(messages(random));
        }
        messages.addAll(probe());
        through.raw(messages.toArray(byte[][]::new));
        direct.raw(messages.toArray(byte[][]::new));
        List<Message> expected = answers(direct, messages);
        rounds.add(new Round(messages, told(expected, expected)));
        assertThat(told(answers(through, messages), expected))
            .as(() -> told(seed, rounds))
            .isEqualTo(rounds.getLast().answers());
        // In a transaction that failed nothing can be asked.
        if (rounds.size() % ROUNDS_OF_A_LOOK == 0 && !expected.getLast().body().equals("E")) {
          assertThat(held(through)).as(() -> told(seed, rounds)).isEqualTo(held(direct));
        }
      }
    }
    return null;
  }

  /** Asks for everything a name can mean; each in a pipeline of its own. */
  private static List<byte[]> probe() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    for (String name : NAMES) {
      for (byte kind : new byte[] {'S', 'P'}) {
        messages.add(frame('D', new byte[] {kind}, cString(name)));
        messages.add(sync());
      }
    }
    return messages;
  }

  /** For the reader of a failure, a line for each round. */
  private static String told(long seed, List<Round> rounds) {
    StringBuilder told = new StringBuilder("seed " + seed);
    for (Round round : rounds) {
      told.append('\n');
      for (byte[] message : round.messages()) {
        String body = new String(message, 5, message.length - 5, UTF_8);
        told.append((char) message[0]).append(body.replace('\0', '|')).append("  ");
      }
      told.append(" => ").append(round.answers());
    }
    return told.toString();
  }

  /** Some pipelines, or a simple query. */
  private static List<byte[]> messages(Random random) throws IOException {
    List<byte[]> messages = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      String sql = pick(random, random.nextBoolean() ? SIMPLE : PREPARED);
      messages.add(frame('Q', cString(sql)));
      if (sql.contains("FROM STDIN")) {
        messages.add(frame('d', "1\n".getBytes(UTF_8)));
        messages.add(random.nextBoolean() ? frame('c') : frame('f', cString("no")));
      }
      // One that fails leaves its own failed portal under the empty name, for nobody's use.
      messages.add(frame('C', new byte[] {'P'}, cString("")));
      messages.add(sync());
      return messages;
    }
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      messages.add(message(random));
    }
    messages.add(sync());
    return messages;
  }

  private static byte[] message(Random random) throws IOException {
    String name = pick(random, NAMES);
    String other = pick(random, NAMES);
    String portal = random.nextInt(6) == 0 ? (random.nextBoolean() ? "c" : "h") : name;
    byte[] kind = {(byte) (random.nextBoolean() ? 'S' : 'P')};
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> parse(name, pick(random, PREPARED));
      case 3, 4 -> frame('B', cString(portal), cString(other), int16(0), int16(0), int16(0));
      case 5, 6 -> frame('E', cString(portal), int32(random.nextInt(4)));
      case 7 -> frame('D', kind, cString(name));
      case 8 -> frame('C', kind, cString(name));
      default -> random.nextInt(3) == 0 ? sync() : frame('H');
    };
  }

  private static String pick(Random random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static List<Message> answers(RawClient client, List<byte[]> messages) throws IOException {
    long syncs =
        messages.stream().filter(message -> message[0] == 'S' || message[0] == 'Q').count();
    List<Message> answers = new ArrayList<>();
    for (long i = 0; i < syncs; i++) {
      answers.addAll(client.untilReady());
    }
    return answers;
  }

  /** Asks the server in a way that leaves everything as it was, unnamed ones too. */
  private static List<String> held(RawClient client) throws IOException {
    List<byte[]> messages =
        List.of(
            parse("held", HELD),
            frame('B', cString("held"), cString("held"), int16(0), int16(0), int16(0)),
            frame('E', cString("held"), int32(0)),
            frame('C', new byte[] {'P'}, cString("held")),
            frame('C', new byte[] {'S'}, cString("held")),
            sync());
    client.raw(messages.toArray(byte[][]::new));
    List<Message> answers = answers(client, messages);
    return told(answers, answers);
  }

  /** What the door answered, where the server's own answer is not what was said first. */
  private static List<String> told(List<Message> answers, List<Message> expected) {
    List<String> told = new ArrayList<>();
    for (Message answer : answers) {
      Message asked = told.size() < expected.size() ? expected.get(told.size()) : answer;
      boolean isWordedByTheDoor =
          answer.type() == 'E' && asked.type() == 'E' && isOfTheDoor(answer);
      boolean isSaidFirst =
          isWordedByTheDoor
              && SAID_FIRST.getOrDefault(answer.field('C'), Set.of()).contains(asked.field('C'));
      told.add(told(isSaidFirst ? asked : answer, isWordedByTheDoor ? asked : answer));
    }
    return told;
  }

  /** The server tells the line of its source. */
  private static boolean isOfTheDoor(Message error) {
    return error.field('L').isEmpty();
  }

  /**
   * Of an error that the door finds, which it is and when is what counts; what the server finds is
   * told in its own words, about the names that the client knows.
   */
  private static String told(Message message, Message worded) {
    return switch (message.type()) {
      // Warnings about portals come in the order of the server's own names for them.
      case 'N' -> message.type() + message.field('V') + message.field('C');
      case 'E' ->
          message.type()
              + message.field('V')
              + message.field('C')
              + " "
              + worded.field('M')
              + worded.field('W');
      default -> message.type() + message.body();
    };
  }
}
