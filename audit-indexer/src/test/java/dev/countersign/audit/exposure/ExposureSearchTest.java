package dev.countersign.audit.exposure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExposureSearchTest {

  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");
  private static final SessionId SESSION = new SessionId("s-1");
  private static final String COLUMN = "public.customers.email";
  private static final Subject AGENT =
      new Subject(
          "https://issuer",
          "agent-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));

  @TempDir private Path folder;
  private Path secret;
  private OwnerKey owner;

  @BeforeEach
  void makeKeys() throws IOException {
    secret = folder.resolve("owner-private.jwk");
    Path open = folder.resolve("owner-public.jwk");
    OwnerPrivateKey pair = OwnerPrivateKey.generate();
    Files.writeString(secret, pair.privateJwk());
    Files.writeString(open, pair.publicJwk());
    owner = OwnerKey.read(open);
  }

  private Path journal() {
    return folder.resolve("journal");
  }

  private SegmentedJournal open() {
    SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(journal()));
    journal.append(new Event.SessionOpened(SESSION, AGENT, "orders", Map.of(), "10.0.0.1", "psql"));
    return journal;
  }

  private ExposureSearch.Answer ask(String value) {
    return ask(value, DataKeys.owner(secret), Instant.EPOCH);
  }

  private ExposureSearch.Answer ask(String value, DataKeys keys, Instant since) {
    return new ExposureSearch(StoredJournal.local(journal()), keys)
        .find(FoldedValue.of(value), since, END);
  }

  private static void show(
      SegmentedJournal journal, Exposures keys, long command, boolean masked, String... values) {
    ExposedValues exposed = new ExposedValues(keys.key().orElseThrow());
    for (String value : values) {
      exposed.add(COLUMN, masked, value);
    }
    exposed.events(SESSION, command).forEach(journal::append);
  }

  @Test
  void theOwnerIsToldWhoSawAValueHoweverItIsWritten() {
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      show(journal, keys, 1, true, "grace@navy.example", "ada@example.org");
      show(journal, keys, 2, false, "ada@example.org");
    }

    assertThat(ask(" ADA@example.org ").seen())
        .extracting(seen -> seen.exposed().command() + " " + seen.exposed().masked())
        .containsExactly("1 true", "2 false");
    assertThat(ask("ada@example.org").seen())
        .allSatisfy(seen -> assertThat(seen.certain()).isTrue())
        .allSatisfy(seen -> assertThat(seen.session().orElseThrow().subject()).isEqualTo(AGENT));
    assertThat(ask("nobody@example.org").seen()).isEmpty();
  }

  @Test
  void anotherPeriodIsAnotherQuestion() {
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      show(journal, keys, 1, false, "ada@example.org");
    }

    assertThat(ask("ada@example.org", DataKeys.owner(secret), END).seen()).isEmpty();
  }

  @Test
  void oneOwnerCannotAskForAnother() throws IOException {
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      show(journal, keys, 1, false, "ada@example.org");
    }
    Path other = folder.resolve("other.jwk");
    Files.writeString(other, OwnerPrivateKey.generate().privateJwk());

    ExposureSearch.Answer answer = ask("ada@example.org", DataKeys.owner(other), Instant.EPOCH);

    assertThat(answer.seen()).isEmpty();
    assertThat(answer.unopened()).hasSize(1);
  }

  @Test
  void noKeyIsUsedLongerThanItsHourAndEachCanBeAskedFor() throws Exception {
    Set<String> names = new HashSet<>();
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal, Duration.ofMillis(20))) {
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      for (long command = 1; names.size() < 3 && System.nanoTime() < end; command++) {
        if (names.add(keys.key().orElseThrow().name())) {
          show(journal, keys, command, false, "ada@example.org");
        }
        Thread.onSpinWait();
      }
    }

    assertThat(names).hasSizeGreaterThanOrEqualTo(3);
    assertThat(ask("ada@example.org").seen()).hasSize(names.size());
  }

  @Test
  void moreValuesThanAreKeptIsAnHonestMaybe() {
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      ExposedValues exposed = new ExposedValues(keys.key().orElseThrow());
      for (int i = 0; i < ExposedValues.MOST + 10; i++) {
        exposed.add(COLUMN, false, "user" + i + "@example.org");
      }
      exposed.events(SESSION, 1).forEach(journal::append);
    }

    assertThat(ask("user5@example.org").seen())
        .singleElement()
        .satisfies(seen -> assertThat(seen.certain()).isTrue());
    assertThat(ask("user%d@example.org".formatted(ExposedValues.MOST + 5)).seen())
        .singleElement()
        .satisfies(seen -> assertThat(seen.certain()).isFalse());
  }

  @Test
  void neitherValuesNorTheirKeyAreInTheJournal() throws IOException {
    Event.ValuesExposed event;
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      ExposedValues exposed = new ExposedValues(keys.key().orElseThrow());
      exposed.add(COLUMN, false, "ada@example.org");
      event = exposed.events(SESSION, 1).getFirst();
      journal.append(event);
    }

    try (var files = Files.list(journal())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContainIgnoringCase("ada@example.org");
      }
    }
    assertThat(event.digests()).hasSize(24);
  }

  @Test
  void theSameValueHasOtherDigestsUnderOtherKeys() {
    try (SegmentedJournal journal = open();
        HourlyKeys one = HourlyKeys.start(owner, journal);
        HourlyKeys two = HourlyKeys.start(owner, journal)) {
      FoldedValue value = FoldedValue.of("ada@example.org");

      assertThat(one.key().orElseThrow().digester().digest(value))
          .hasSize(ExposureKey.DIGEST)
          .isNotEqualTo(two.key().orElseThrow().digester().digest(value));
    }
  }

  @Test
  void blankValuesAndRepetitionsAreNotKept() {
    try (SegmentedJournal journal = open();
        HourlyKeys keys = HourlyKeys.start(owner, journal)) {
      ExposedValues exposed = new ExposedValues(keys.key().orElseThrow());
      exposed.add(COLUMN, true, " ");
      exposed.add("public.customers.phone", true, "555 0100");
      exposed.add("public.customers.phone", true, "555 0100");

      assertThat(exposed.events(SESSION, 1))
          .singleElement()
          .satisfies(event -> assertThat(event.column()).isEqualTo("public.customers.phone"))
          .satisfies(event -> assertThat(event.digests()).hasSize(24))
          .satisfies(event -> assertThat(event.complete()).isTrue());
    }
  }
}
