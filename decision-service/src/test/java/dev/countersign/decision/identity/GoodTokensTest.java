package dev.countersign.decision.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.decision.identity.GoodTokens.Good;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.rules.fact.Subject;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoodTokensTest {

  private final GoodTokens good = new GoodTokens();

  private static ECKey key() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID("k").generate();
  }

  private static Good good(ECKey key) {
    Instant end = Instant.parse("2026-11-23T12:00:00Z");
    Subject agent =
        new Subject(
            "issuer", "7", "agent-7", Subject.Kind.AGENT, Set.of(), Optional.empty(), List.of());
    return new Good(
        "issuer",
        JWSAlgorithm.ES256,
        key,
        new Lifetime(end, Optional.empty(), Optional.empty()),
        new VerifiedToken(agent, end));
  }

  @Test
  void gw04_knowsATokenUnderTheVeryKeyItWasCheckedWith() throws JOSEException, ParseException {
    ECKey key = key();
    good.add("digest", good(key));

    assertThat(good.find("another")).isEmpty();
    Good found = good.find("digest").orElseThrow();
    assertThat(found.isUnder(key)).isTrue();
    assertThat(found.isUnder(key())).as("another key of that id").isFalse();
    assertThat(found.isUnder(ECKey.parse(key.toJSONString()))).as("fetched anew").isFalse();
  }

  @Test
  void gw05_keepsTheLatestOnly() throws JOSEException {
    Good one = good(key());
    for (int i = 0; i < 5_000; i++) {
      good.add("digest " + i, one);
    }

    assertThat(good.size()).isLessThanOrEqualTo(2_048);
    assertThat(good.find("digest 0")).isEmpty();
    assertThat(good.find("digest 4999")).isPresent();
  }
}
