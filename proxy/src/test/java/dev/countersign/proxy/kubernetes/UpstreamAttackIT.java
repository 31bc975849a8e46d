package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.wire.ApiServer;
import dev.countersign.proxy.kubernetes.wire.ServerAddress;
import dev.countersign.proxy.kubernetes.wire.UpstreamRequest;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import dev.countersign.rules.fact.CommandFacts;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API servers that answer what no API server should. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("StringConcatToTextBlock") // Line ends are what is tested.
class UpstreamAttackIT {

  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String EXEC =
      "GET /k8s/scripted/api/v1/namespaces/dev/pods/a/exec?command=sh&stdin=true&stdout=true";
  private static final String UPGRADE =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: "
          + KEY
          + "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n";

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private static String ask(String method, String path, String fields, String body)
      throws Exception {
    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request(method + " /k8s/scripted" + path, fields, body));
      return connection.answer();
    }
  }

  private static String agreed() {
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: "
        + WebSocketFrame.accept(KEY)
        + "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
            + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
      })
  void k8s01_k8s03_opensNoTunnelThatTheServerDidNotAgreeTo(String answer) throws Exception {
    door.scripted.answers(answer);

    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request(EXEC, UPGRADE, ""));
      String told = connection.until("\r\n\r\n");
      connection.send("POST /api/v1/namespaces/prod/pods HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(told).startsWith("HTTP/1.1 ").doesNotContain("101");
      assertThat(door.scripted.nextHeard()).startsWith("GET /api/v1/namespaces/dev/pods/a/exec");
      assertThat(door.scripted.stray.poll(30, TimeUnit.SECONDS)).as("not a byte more").isEmpty();
      assertThat(door.scripted.heard).isEmpty();
    }
  }

  @Test
  void k8s09_judgesAPortForwardAndCountsItsBytes() throws Exception {
    door.scripted.answers(agreed().replace("v5.channel", "v2.portforward"));
    try (RawConnection connection = door.connect()) {
      connection.send(
          RawConnection.request(
              "GET /k8s/scripted/api/v1/namespaces/dev/pods/a/portforward?ports=5432",
              UPGRADE.replace("v5.channel", "v2.portforward"),
              ""));
      assertThat(connection.until("\r\n\r\n")).contains(" 101 ");
      connection.send("SELECT 1");
    }

    assertThat(door.scripted.nextHeard()).contains("/pods/a/portforward?ports=5432");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(
            event ->
                assertThat(((CommandFacts.Kubernetes) event.facts()).request())
                    .hasToString("create pods/portforward a in dev"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(door.journal.of(Event.ContentRecorded.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.content()).contains("bytes sent")));
  }

  /** Ours: a server that takes requests and answers none would keep a turn for each of them. */
  @Test
  void gw39_givesUpAServerThatSaysNothing() throws Exception {
    ServerAddress address =
        new ServerAddress("localhost", door.scripted.port(), door.tls.client(), any -> {});
    UpstreamRequest request =
        new UpstreamRequest(
            "GET", "/version", HttpFields.of("Accept", "*/*"), new byte[0], Duration.ofSeconds(1));
    try (ApiServer server = new ApiServer(address)) {
      door.scripted.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      try (UpstreamResponse answer = server.send(request)) {
        assertThat(answer.body().readAllBytes()).isEmpty();
      }
      door.scripted.answers("");

      assertThatThrownBy(() -> server.send(request))
          .hasMessage("the API server has said nothing for 1 s");
    }
    assertThat(door.scripted.heard).as("on the connection that was there, and no other").hasSize(2);
  }

  /** Ours: a webhook that refuses a change, or warns of it, may quote the object as it is. */
  @Test
  void k8s33_quotesNothingOfAnObjectThatIsHidden() throws Exception {
    String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
    String type = "Content-Type: application/merge-patch+json\r\n";
    String path = "/api/v1/namespaces/prod/configmaps/settings";
    String quoting = "DB_PASSWORD is Sup3rSecret";

    door.scripted.answers(200, "application/json", "{\"kind\":\"ConfigMap\"}");
    door.scripted.answers(403, "application/json", "{\"message\":\"%s\"}".formatted(quoting));
    assertThat(ask("PATCH", path, type, label))
        .contains(" 403 ", "its words are left out")
        .doesNotContain("Sup3rSecret");

    door.scripted.answers(200, "application/json", "{\"kind\":\"ConfigMap\"}");
    door.scripted.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nWarning: 299 - \"%s\"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
            .formatted(quoting));
    assertThat(ask("PATCH", path, type, label)).contains(" 200 ").doesNotContain("Sup3rSecret");

    door.scripted.answers(
        "HTTP/1.1 200 OK\r\n"
            + "Content-Type: application/json\r\n"
            + "Warning: 299 - \"v1 is old\"\r\n"
            + "Content-Length: 2\r\n"
            + "Connection: close\r\n\r\n"
            + "{}");
    assertThat(ask("GET", path, "", "")).contains(" 200 ", "v1 is old");
  }

  @Test
  void k8s04_followsNoRedirect() throws Exception {
    String redirect =
        "HTTP/1.1 302 Found\r\nLocation: https://localhost:"
            + door.scripted.port()
            + "/stolen\r\nContent-Length: 0\r\n\r\n";
    door.scripted.answers(redirect);
    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request(EXEC, UPGRADE, ""));
      assertThat(connection.until("\r\n\r\n")).contains(" 502 ").doesNotContain("stolen");
    }
    door.scripted.answers(redirect);
    assertThat(ask("GET", "/api/v1/namespaces/dev/pods", "", "")).doesNotContain("stolen");

    assertThat(door.scripted.nextHeard()).contains("/exec");
    assertThat(door.scripted.nextHeard()).contains("/pods ");
    assertThat(door.scripted.heard).isEmpty();
  }

  @Test
  void k8s15_k8s31_passesNothingOnThatItCannotRead() throws Exception {
    door.scripted.answers(200, "application/vnd.kubernetes.protobuf", "k8s\0Sup3rSecret");
    assertThat(ask("GET", "/api/v1/namespaces/prod/secrets", "", ""))
        .contains(" 502 ")
        .doesNotContain("Sup3rSecret");
    for (String coding : new String[] {"gzip", "br", "zstd", "identity, gzip"}) {
      door.scripted.answers(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: "
              + coding
              + "\r\nContent-Length: 11\r\nConnection: close\r\n\r\nSup3rSecret");
      assertThat(
              ask(
                  "GET",
                  "/api/v1/namespaces/prod/secrets",
                  "Accept-Encoding: gzip, br, zstd\r\n",
                  ""))
          .contains(" 502 ")
          .doesNotContain("Sup3rSecret");
    }

    assertThat(door.scripted.heard)
        .allSatisfy(
            heard -> assertThat(heard).contains("Accept-Encoding: identity").doesNotContain("br"));
  }

  @Test
  void k8s25_sendsItsOwnFieldsWhateverTheClientWantsDropped() throws Exception {
    for (String names :
        new String[] {
          "close, Impersonate-User", "close, Authorization", "impersonate_user, close"
        }) {
      try (RawConnection connection = door.connect()) {
        connection.send(
            RawConnection.request(
                "GET /k8s/scripted/api/v1/namespaces/dev/pods",
                "Connection: " + names + "\r\nX-Forwarded-Host: other\r\n",
                ""));
        connection.answer();
      }
    }

    assertThat(door.scripted.heard)
        .allSatisfy(
            heard ->
                assertThat(heard)
                    .contains(
                        "Authorization: Bearer " + OpenDoor.UPSTREAM_TOKEN,
                        "Impersonate-User: agent-7")
                    .doesNotContain("X-Forwarded", "Connection: close", OpenDoor.TOKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Impersonate-User: admin",
        "impersonate-group: system:masters",
        "Impersonate-Extra-Scopes: all",
        "Impersonate_User: admin",
        "X-Remote-User: admin",
      })
  void k8s24_k8s25_forwardsNoIdentityOfTheClients(String field) throws Exception {
    assertThat(ask("GET", "/api/v1/namespaces/dev/pods", field + "\r\n", ""))
        .containsAnyOf("KUB-4", " 400 ");
    assertThat(door.scripted.heard).isEmpty();
  }

  @Test
  void k8s24_forwardsNoTokenThatComesAsAProtocol() throws Exception {
    door.scripted.answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    try (RawConnection connection = door.connect()) {
      connection.send(
          RawConnection.request(
              EXEC,
              UPGRADE.replace(
                  "v5.channel", "base64url.bearer.authorization.k8s.io.c2VjcmV0, v5.channel"),
              ""));
      connection.until("\r\n\r\n");
    }

    assertThat(door.scripted.nextHeard())
        .contains("Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n")
        .doesNotContain("bearer.authorization");
  }

  /** Ours: what a server did not send to its end is not the whole of it. */
  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void k8s40_endsNoAnswerThatTheServerBrokeOff(String namespace) throws Exception {
    door.scripted.answers(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
            + "{\"kind\":\"ConfigMapList\",\"items\":[{\"metadata\":{\"name\":\"first\"}},");

    String answer;
    try (RawConnection connection = door.connect()) {
      door.scripted.hangUp();
      connection.send(
          RawConnection.request(
              "GET /k8s/scripted/api/v1/namespaces/" + namespace + "/configmaps",
              "Connection: close\r\n",
              ""));
      answer = connection.answer();
    }

    assertThat(answer).doesNotContain("\r\n0\r\n", "]}", "Content-Length");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(door.journal.of(Event.CommandCompleted.class))
                    .singleElement()
                    .satisfies(end -> assertThat(end.error()).contains("broken off")));
  }

  @Test
  void k8s44_tellsNothingThatMovesATerminal() throws Exception {
    door.scripted.answers(
        409,
        "application/json",
        "{\"kind\":\"Status\",\"message\":\"taken\\u001b]52;c;cm0gLXJm\\u0007"
            + " by\\u202e\\u009b2J\"}");

    String told =
        ask(
            "PATCH",
            "/api/v1/namespaces/dev/services/a",
            "Content-Type: application/merge-patch+json\r\n",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

    assertThat(told)
        .contains(" 409 ", "taken?]52;c;cm0gLXJm? by??2J")
        .doesNotContainIgnoringCase("\\u001b")
        .doesNotContain("\u001b", "\u009b");
  }

  /** Ours: what was wrong with a value is told with the value. */
  @Test
  void leavesOutWordsThatMayQuoteWhatIsHidden() throws Exception {
    String quoting =
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Invalid\",\"code\":422,"
            + "\"message\":\"data.password: Invalid value: \\\"Sup3rSecret\\\"\"}";
    door.scripted.answers(422, "application/json", quoting);

    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/prod/secrets/db",
            "Content-Type: application/json-patch+json\r\n",
            "[{\"op\":\"replace\",\"path\":\"/data\",\"value\":\"x\"}]");

    assertThat(answer).contains(" 422 ", "\"Invalid\"").doesNotContain("Sup3rSecret");
    assertThat(door.scripted.heard).as("nothing was tried for real").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no HTTP at all\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n[",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{\"a",
      })
  void k8s19_tellsInAStatusThatAPatchCannotBeJudged(String answer) throws Exception {
    door.scripted.answers(answer.isEmpty() ? "\r\n" : answer);

    String told =
        ask(
            "PATCH",
            "/api/v1/namespaces/dev/pods/a",
            "Content-Type: application/merge-patch+json\r\n",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

    assertThat(told).contains(" 503 ", "\"kind\":\"Status\"", "cannot be judged");
    assertThat(door.scripted.nextHeard()).contains("dryRun=All");
    assertThat(door.scripted.heard).isEmpty();
    assertThat(door.journal.of(Event.CommandCompleted.class)).hasSize(1);
  }

  /** Ours: the first part of a message is empty, and its channel comes with the second. */
  @Test
  void recordsInputWhoseFirstPartIsEmpty() throws Exception {
    door.scripted.answers(agreed());

    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request(EXEC, UPGRADE, ""));
      assertThat(connection.until("\r\n\r\n")).contains(" 101 ");
      connection.send(new byte[] {0x02, (byte) 0x80, 1, 2, 3, 4});
      connection.send(new byte[] {(byte) 0x80, (byte) 0x83, 0, 0, 0, 0, 0, 'i', 'd'});
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(door.journal.of(Event.ContentRecorded.class))
                      .extracting(Event.ContentRecorded::content)
                      .containsExactly("id"));
    }
    assertThat(door.scripted.nextHeard()).contains("/exec");
  }
}
