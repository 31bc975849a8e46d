package dev.countersign.decision.http;

import static dev.countersign.decision.http.RunningApi.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.Entrance;
import dev.countersign.decision.session.GrantedAdmission;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** The state's database stops while gateways serve, and comes back. */
final class DatabaseAwayIT {

  private static final Subject AGENT =
      new Subject(
          "https://i",
          "agent",
          "agent",
          Subject.Kind.AGENT,
          Set.of("ai-agents"),
          Optional.of("alice"));

  private static final String WISH =
      "{\"resource\":\"ledger\",\"for\":\"PT30M\",\"reason\":\"TICKET-12\"}";

  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

  private LiveSessions.Handle enter(RunningApi api, String id) throws Exception {
    return api.sessions.enter(
        new Entrance(
            new SessionId(id),
            AGENT,
            "orders",
            "127.0.0.1",
            "psql",
            Optional.empty(),
            Optional.empty(),
            Instant.now().plus(Duration.ofHours(1))),
        ended::add);
  }

  private void admit(RunningApi api) throws Exception {
    new GrantedAdmission(api.grants, api.sessions)
        .admit(
            new Admission.Visitor(
                SessionId.random(),
                new VerifiedToken(AGENT, Instant.now().plus(Duration.ofHours(1))),
                api.resources.find(PostgresUpstream.class, "orders").orElseThrow().resource(),
                "127.0.0.1",
                "psql"),
            ended::add);
  }

  @Test
  void gw43_newWorkIsRefusedOpenSessionsGoOnAndItRecoversByItself() throws Exception {
    try (RunningApi api = new RunningApi(Map.of("agent", AGENT), Optional.empty())) {
      String credential =
          json(api.post("/api/v1/credentials", "agent", "{\"resource\":\"orders\"}"))
              .get("credential")
              .textValue();
      enter(api, "open");

      api.stopDatabase();

      HttpResponse<String> refused = api.post("/api/v1/grants", "agent", WISH);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(json(refused).path("code").textValue()).isEqualTo("unavailable");
      assertThat(json(refused).path("detail").textValue()).contains("database does not answer");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(api.get("/healthz", "").statusCode()).isEqualTo(503);
      HttpResponse<String> stream = api.get("/api/v1/events", "agent");
      assertThat(stream.statusCode()).as(stream.body()).isEqualTo(503);
      assertThat(json(stream).path("code").textValue()).isEqualTo("unavailable");
      assertThat(api.get("/api/v1/whoami", "agent").statusCode()).isEqualTo(200);
      assertThat(api.resources.find(PostgresUpstream.class, "orders")).isPresent();
      assertThatThrownBy(() -> enter(api, "new")).matches(Database::isAway);
      assertThatThrownBy(() -> admit(api))
          .isInstanceOfSatisfying(
              NotAdmittedException.class, e -> assertThat(e.isForNow()).isTrue())
          .hasMessageContaining("database does not answer");
      assertThatThrownBy(() -> api.verifier.verify(credential, "orders"))
          .isInstanceOf(TokenRefused.class)
          .hasMessageContaining("cannot be checked at the moment");
      assertThat(ended).isEmpty();

      api.startDatabase();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> api.post("/api/v1/grants", "agent", WISH).statusCode() == 200);
      assertThat(api.get("/healthz", "").statusCode()).isEqualTo(200);
      assertThat(api.verifier.verify(credential, "orders").subject()).isEqualTo(AGENT);
      assertThat(ended).isEmpty();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                api.sessions.kill("open", AGENT, "done");
                return !ended.isEmpty();
              });
    }
  }
}
