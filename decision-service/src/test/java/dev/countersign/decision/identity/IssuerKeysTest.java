package dev.countersign.decision.identity;

import static dev.countersign.decision.identity.TestIssuer.KEY;
import static dev.countersign.decision.identity.TestIssuer.NEXT_KEY;
import static dev.countersign.decision.identity.TestIssuer.documentOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IssuerKeysTest {

  private static final Duration MIN_INTERVAL = Duration.ofSeconds(30);

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);
  private final TestIssuer issuer = new TestIssuer();
  private final IssuerKeys keys =
      new IssuerKeys(
          issuer.config(
              new IssuerConfig.KeyCache(
                  Duration.ofMinutes(10),
                  MIN_INTERVAL,
                  Duration.ofHours(1),
                  Duration.ofSeconds(2))),
          clock::get);

  @AfterEach
  void stop() {
    issuer.close();
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private String find(String keyId) throws TokenRefused {
    return keys.find(keyId, JWSAlgorithm.RS256).getKeyID();
  }

  @Test
  void gw05_followsARotationWithOverlap() throws TokenRefused {
    assertThat(find("first")).isEqualTo("first");
    issuer.keyDocument = () -> documentOf(KEY.toPublicJWK(), NEXT_KEY.toPublicJWK());
    pass(MIN_INTERVAL);

    assertThat(find("second")).isEqualTo("second");
    assertThat(find("first")).isEqualTo("first");
    assertThat(issuer.keyRequests).hasValue(2);
  }

  @Test
  void gw05_aWithdrawnKeyEnds() throws TokenRefused {
    find("first");
    issuer.keyDocument = () -> documentOf(NEXT_KEY.toPublicJWK());
    pass(Duration.ofMinutes(11));

    assertThatThrownBy(() -> find("first")).isInstanceOf(TokenRefused.class);
  }

  @Test
  void gw05_unknownKeyIdsDoNotAskTheIssuerAgainAndAgain() throws TokenRefused {
    find("first");
    for (int i = 0; i < 1000; i++) {
      String keyId = "random-" + i;
      assertThatThrownBy(() -> find(keyId)).isInstanceOf(TokenRefused.class);
    }
    assertThat(issuer.keyRequests).hasValue(1);
  }

  @Test
  void gw05_manyAtOnceAskOnce() throws InterruptedException, ExecutionException {
    var begin = new CountDownLatch(1);
    List<Future<String>> found = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        found.add(
            threads.submit(
                () -> {
                  begin.await();
                  return find("first");
                }));
      }
      begin.countDown();
      for (Future<String> one : found) {
        assertThat(one.get()).isEqualTo("first");
      }
    }
    assertThat(issuer.keyRequests).hasValue(1);
  }

  @Test
  void gw05_lastGoodKeysServeForABoundedTime() throws TokenRefused {
    find("first");
    issuer.status = 503;
    pass(Duration.ofMinutes(59));
    assertThat(find("first")).isEqualTo("first");

    pass(Duration.ofMinutes(2));
    assertThatThrownBy(() -> find("first"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("cannot be had");

    issuer.status = 200;
    pass(MIN_INTERVAL);
    assertThat(find("first")).isEqualTo("first");
  }

  @Test
  void gw05_refusesWhileTheIssuerWasNeverThere() {
    issuer.close();

    assertThatThrownBy(() -> find("first")).hasMessageContaining("cannot be had");
  }

  @Test
  void gw05_emptyHugeAndDeepAnswersReplaceNothing() throws TokenRefused {
    find("first");
    for (byte[] answer :
        List.of(
            "{\"keys\":[]}".getBytes(UTF_8),
            "{}".getBytes(UTF_8),
            "<html>".getBytes(UTF_8),
            new byte[1024 * 1024],
            ("{\"keys\":" + "[".repeat(100_000)).getBytes(UTF_8))) {
      issuer.keyDocument = () -> answer;
      pass(Duration.ofMinutes(11));
      assertThat(find("first")).isEqualTo("first");
      issuer.keyDocument = () -> documentOf(KEY.toPublicJWK());
      pass(Duration.ofMinutes(11));
      assertThat(find("first")).isEqualTo("first");
    }
  }

  @Test
  void gw05_aSlowIssuerIsGivenUp() {
    var release = new CountDownLatch(1);
    issuer.keyDocument =
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new byte[0];
        };

    assertThatThrownBy(() -> find("first")).hasMessageContaining("cannot be had");
    release.countDown();
  }

  @Test
  void gw04_keysForOtherUsesAreNotUsed() {
    RSAKey encryption = new RSAKey.Builder(KEY.toPublicJWK()).keyUse(KeyUse.ENCRYPTION).build();
    RSAKey otherAlgorithm =
        new RSAKey.Builder(NEXT_KEY.toPublicJWK()).algorithm(JWSAlgorithm.PS256).build();
    issuer.keyDocument = () -> documentOf(encryption, otherAlgorithm);

    assertThatThrownBy(() -> find("first")).hasMessageContaining("no single key");
    assertThatThrownBy(() -> find("second")).hasMessageContaining("no single key");
    assertThatThrownBy(() -> keys.find("second", JWSAlgorithm.ES256))
        .hasMessageContaining("no single key");
  }

  @Test
  void gw04_twoKeysOfOneIdAreNone() {
    RSAKey twin = new RSAKey.Builder(NEXT_KEY.toPublicJWK()).keyID("first").build();
    issuer.keyDocument = () -> documentOf(KEY.toPublicJWK(), twin);

    assertThatThrownBy(() -> find("first")).hasMessageContaining("no single key");
  }
}
