package dev.countersign.audit.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventJsonTest {

  @ParameterizedTest
  @EnumSource(EventType.class)
  void readsWhatItWrote(EventType type) {
    RandomEvents random = new RandomEvents(type.name().hashCode());
    for (int i = 0; i < 300; i++) {
      Event event = random.of(type);

      byte[] json = EventJson.write(event);

      assertThat(EventJson.read(json)).isEqualTo(event);
      RecordedEvent recorded =
          new RecordedEvent(i, i / 2, Instant.ofEpochMilli(1_700_000_000_123L + i), event);
      assertThat(EventJson.readRecorded(EventJson.write(recorded))).isEqualTo(recorded);
    }
  }

  /** They knew no signatures that are not verified, pushes of all or nothing and ids of commits. */
  @Test
  void readsGitFactsOfEarlierBuilds() throws IOException {
    JsonMapper mapper = JsonMapper.builder(EventJson.FACTORY).build();
    RandomEvents random = new RandomEvents(5);
    int read = 0;
    for (int i = 0; i < 300; i++) {
      if (random.of(EventType.COMMAND_DECIDED) instanceof Event.CommandDecided now
          && now.facts() instanceof CommandFacts.Git) {
        JsonNode json = mapper.readTree(EventJson.write(now));
        for (JsonNode update : json.at("/event/facts/updates")) {
          ((ObjectNode) update).remove("atomic");
          ((ObjectNode) update.path("commits")).remove(List.of("signed", "listed"));
        }
        Event.CommandDecided event =
            (Event.CommandDecided) EventJson.read(mapper.writeValueAsBytes(json));
        for (RefUpdate update : ((CommandFacts.Git) event.facts()).updates()) {
          assertThat(update.atomic()).isFalse();
          assertThat(update.commits().listed()).isEmpty();
          assertThat(update.commits().signed())
              .isEqualTo(update.commits().allSigned() ? update.commits().count() : 0);
        }
        read++;
      }
    }
    assertThat(read).isPositive();
  }

  /** They knew neither containers nor selectors, replicas and limits. */
  @Test
  void readsKubernetesFactsOfEarlierBuilds() throws IOException {
    JsonMapper mapper = JsonMapper.builder(EventJson.FACTORY).build();
    RandomEvents random = new RandomEvents(6);
    int read = 0;
    for (int i = 0; i < 300; i++) {
      if (random.of(EventType.COMMAND_DECIDED) instanceof Event.CommandDecided now
          && now.facts() instanceof CommandFacts.Kubernetes(KubeRequest request)) {
        JsonNode json = mapper.readTree(EventJson.write(now));
        assertThat(((ObjectNode) json.at("/event/facts/request")).remove("details")).isNotNull();
        Event.CommandDecided event =
            (Event.CommandDecided) EventJson.read(mapper.writeValueAsBytes(json));
        assertThat(event.facts())
            .isEqualTo(
                new CommandFacts.Kubernetes(
                    new KubeRequest(
                        request.verb(),
                        request.target(),
                        request.body(),
                        request.dryRun(),
                        request.command())));
        read++;
      }
    }
    assertThat(read).isPositive();
  }

  /** They did not count bytes. */
  @Test
  void readsEndsOfCommandsOfEarlierBuilds() {
    String earlier =
        """
        {"v":1,"type":"command.completed","event":{"session":"s-1","command":4,"status":"SELECT 3",\
        "error":null,"rows":3,"maskedColumns":["email"],"micros":1250}}\
        """;

    assertThat(EventJson.read(earlier.getBytes(UTF_8)))
        .isEqualTo(
            new Event.CommandCompleted(
                new SessionId("s-1"),
                4,
                "SELECT 3",
                Optional.empty(),
                3,
                0,
                List.of("email"),
                1_250));
  }

  @Test
  void writesTheEnvelopeThatIsDocumented() {
    Event event = new Event.SessionClosed(new SessionId("s-1"), "client left", 3);

    assertThat(new String(EventJson.write(event), UTF_8))
        .isEqualTo(
            """
            {"v":1,"type":"session.closed","event":{"session":"s-1","reason":"client left","commands":3}}\
            """);
    assertThat(EventJson.write(new RecordedEvent(7, 2, Instant.EPOCH, event)))
        .isEqualTo(
            """
            {"v":1,"seq":7,"sessionSeq":2,"time":"1970-01-01T00:00:00Z","type":"session.closed",\
            "event":{"session":"s-1","reason":"client left","commands":3}}\
            """);
  }

  @Test
  void gw29_aStatementCannotForgeALine() {
    Event event =
        new Event.SessionClosed(new SessionId("s"), "x\n{\"v\":1}\u2028\u001b[2J\u0000\u202e", 1);

    for (byte each : EventJson.write(event)) {
      assertThat(each).isBetween((byte) 0x20, (byte) 0x7f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"v\":1,\"type\":\"session.vanished\",\"event\":{}}",
        "{\"v\":2,\"type\":\"session.closed\",\"event\":{\"session\":\"s\",\"reason\":\"r\",\"commands\":1}}",
        "{\"v\":1,\"type\":\"session.closed\"}",
        "{\"v\":1,\"type\":\"session.closed\",\"event\":{\"session\":\"s\",\"reason\":\"r\"}}",
        "{\"v\":1,\"type\":\"session.closed\",\"event\":{\"session\":\"s\",\"reason\":null,\"commands\":1}}",
        "{\"v\":1,\"type\":\"session.closed\",\"event\":{\"session\":\"s\",\"reason\":\"r\",\"commands\":1,\"x\":1}}",
        "{\"v\":1,\"type\":\"session.closed\",\"event\":{\"session\":\"s\",\"reason\":\"r\",\"commands\":1}}"
            + " {}",
      })
  void refusesWhatIsNoEvent(String json) {
    assertThatThrownBy(() -> EventJson.read(json.getBytes(UTF_8)))
        .isInstanceOf(UnreadableEventException.class);
  }

  @Test
  void readsAnyBytesToAnEventOrRefusesThem() {
    Random random = new Random(42);
    RandomEvents events = new RandomEvents(42);
    for (int i = 0; i < 3_000; i++) {
      byte[] json = EventJson.write(events.any()).clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        json[random.nextInt(json.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(EventJson.read(json)).isNotNull();
      } catch (UnreadableEventException refused) {
        assertThat(refused).hasNoCause();
      }
    }
  }
}
