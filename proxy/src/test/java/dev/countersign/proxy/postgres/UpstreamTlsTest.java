package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.frontdoor.Transport;
import dev.countersign.proxy.postgres.wire.ScramKeys;
import dev.countersign.rules.fact.Resource;
import io.netty.channel.EventLoopGroup;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the gateway takes for an upstream, and what everybody else gets to see. */
final class UpstreamTlsTest {

  private static final String TRUSTED = "javax.net.ssl.trustStore";
  private static final int LONGEST = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestTls known;
  private static String trusted;
  private static EventLoopGroup loops;

  @BeforeAll
  static void trustOneCertificate() throws Exception {
    known = TestTls.make();
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    try (InputStream chain = Files.newInputStream(known.chain())) {
      store.setCertificateEntry(
          "upstream", CertificateFactory.getInstance("X.509").generateCertificate(chain));
    }
    Path file = Files.createTempFile("trusted", ".jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, new char[0]);
    }
    trusted = System.getProperty(TRUSTED, "");
    System.setProperty(TRUSTED, file.toString());
    loops = Transport.ofThisPlatform().loops(1);
  }

  @AfterAll
  static void trustWhomTheOthersTrust() {
    if (trusted.isEmpty()) {
      System.clearProperty(TRUSTED);
    } else {
      System.setProperty(TRUSTED, trusted);
    }
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void theRightUpstreamIsLoggedInTo() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.inTls("127.0.0.1", known.server(), "")) {
      assertThat(refusal(upstream)).hasMessageContaining("the upstream hung up");

      assertThat(upstream.receivedInTls()).contains("user\0gateway\0");
    }
  }

  @Test
  void anUpstreamOfAnotherNameIsNot() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.inTls("127.0.0.2", known.server(), "")) {
      assertThat(refusal(upstream)).rootCause().hasMessageContaining("127.0.0.2");

      assertThat(upstream.receivedInTls()).isEmpty();
    }
  }

  @Test
  void anUpstreamThatNobodyKnowsIsNot() throws Exception {
    try (ScriptedUpstream upstream =
        ScriptedUpstream.inTls("127.0.0.1", TestTls.make().server(), "")) {
      assertThat(refusal(upstream)).hasMessageContaining("PKIX path");

      assertThat(upstream.receivedInTls()).isEmpty();
    }
  }

  @Test
  void anUpstreamThatTheResourcesOwnAuthoritySignedIs() throws Exception {
    TestTls own = TestTls.make();
    try (ScriptedUpstream upstream = ScriptedUpstream.inTls("127.0.0.1", own.server(), "")) {
      assertThat(refusal(upstream, PATIENCE, Optional.of(new Authority(own.chain()))))
          .hasMessageContaining("the upstream hung up");

      assertThat(upstream.receivedInTls()).contains("user\0gateway\0");
    }
  }

  @Test
  void thenNobodyElseIs() throws Exception {
    Path own = TestTls.make().chain();
    try (ScriptedUpstream upstream = ScriptedUpstream.inTls("127.0.0.1", known.server(), "")) {
      assertThat(refusal(upstream, PATIENCE, Optional.of(new Authority(own))))
          .hasMessageContaining("PKIX path");

      assertThat(upstream.receivedInTls()).isEmpty();
    }
  }

  @Test
  void norWhereNobodyCanTellWhoThatIs() throws Exception {
    Path own = Files.createTempFile("authority", ".pem");
    try (ScriptedUpstream upstream = ScriptedUpstream.inTls("127.0.0.1", known.server(), "")) {
      assertThat(refusal(upstream, PATIENCE, Optional.of(new Authority(own))))
          .hasMessage(own + " holds no certificate");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"N", "E", "NR", "E\0\0\0\5\0"})
  void anUpstreamWithoutTlsIsNot(String answer) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.inClear(answer)) {
      assertThat(refusal(upstream)).hasMessage("the upstream does not offer TLS");

      assertThat(upstream.receivedInClear()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SR\0\0\0\10\0\0\0\0", "S\26", "SS"})
  void pgp01_nothingComesBetweenTheAnswerAndTls(String answer) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.inClear(answer)) {
      assertThat(refusal(upstream)).hasMessage("bytes came between the upstream's answer and TLS");

      assertThat(upstream.receivedInClear()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0\10\0\0\0\3", "\0\0\0\14\0\0\0\5salt", "\0\0\0\10\0\0\0\7"})
  void anUpstreamThatWantsThePasswordItselfDoesNotGetIt(String request) throws Exception {
    try (ScriptedUpstream upstream =
        ScriptedUpstream.inTls("127.0.0.1", known.server(), "R" + request)) {
      assertThat(refusal(upstream)).hasMessageContaining("would give it away");

      assertThat(upstream.receivedInTls())
          .contains("user\0gateway\0")
          .doesNotContain("correct", "p\0\0");
    }
  }

  @Test
  void anUpstreamThatSaysNothingIsHungUpOn() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.inClear("")) {
      assertThat(refusal(upstream, Duration.ofMillis(300))).hasMessageContaining("too long");

      assertThat(upstream.receivedInClear()).isEmpty();
    }
  }

  @Test
  void anUpstreamThatDoesNotGoOnIsHungUpOn() throws Exception {
    String challenge = "R\0\0\0\27\0\0\0\12SCRAM-SHA-256\0\0";
    try (ScriptedUpstream upstream =
        ScriptedUpstream.inTls("127.0.0.1", known.server(), challenge)) {
      assertThat(refusal(upstream, Duration.ofMillis(1_500))).hasMessageContaining("too long");

      assertThat(upstream.receivedInTls()).contains("SCRAM-SHA-256").doesNotContain("correct");
    }
  }

  /** Why an operator is told that there is no session. */
  private static Throwable refusal(ScriptedUpstream upstream) throws Exception {
    return refusal(upstream, PATIENCE);
  }

  private static Throwable refusal(ScriptedUpstream upstream, Duration patience) throws Exception {
    return refusal(upstream, patience, Optional.empty());
  }

  private static Throwable refusal(
      ScriptedUpstream upstream, Duration patience, Optional<Authority> authority)
      throws Exception {
    PostgresUpstream resource =
        new PostgresUpstream(
            new Resource("orders", Resource.Kind.POSTGRES, Map.of()),
            upstream.host(),
            upstream.port(),
            "shop",
            "gateway",
            new Secret.Generated("correct horse"),
            PostgresUpstream.Tls.VERIFY_FULL,
            authority,
            List.of("public"),
            PostgresSessions.PLAIN,
            Networks.ANYWHERE);
    UpstreamConnector connector =
        new UpstreamConnector(
            resource,
            loops.next(),
            Transport.ofThisPlatform(),
            new ScramKeys(),
            task -> Thread.ofVirtual().start(task),
            patience);
    SessionSettings settings =
        new SessionSettings(SessionId.random(), PostgresSessions.PLAIN.limits());
    try {
      connector.logIn(settings, Map.of(), LONGEST).get(20, TimeUnit.SECONDS);
      throw new AssertionError("it was logged in to");
    } catch (ExecutionException refused) {
      return refused.getCause();
    }
  }
}
