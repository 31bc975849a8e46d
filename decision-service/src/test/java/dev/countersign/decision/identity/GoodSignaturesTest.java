package dev.countersign.decision.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.text.ParseException;
import org.junit.jupiter.api.Test;

class GoodSignaturesTest {

  private final GoodSignatures good = new GoodSignatures();

  private static ECKey key() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID("k").generate();
  }

  @Test
  void gw04_knowsATokenUnderTheVeryKeyItWasCheckedWith() throws JOSEException, ParseException {
    ECKey key = key();
    good.add("digest", key);

    assertThat(good.has("digest", key)).isTrue();
    assertThat(good.has("another", key)).isFalse();
    assertThat(good.has("digest", key())).as("another key of that id").isFalse();
    assertThat(good.has("digest", ECKey.parse(key.toJSONString()))).as("fetched anew").isFalse();
  }

  @Test
  void gw05_keepsTheLatestOnly() throws JOSEException {
    ECKey key = key();
    for (int i = 0; i < 5_000; i++) {
      good.add("digest " + i, key);
    }

    assertThat(good.size()).isLessThanOrEqualTo(2_048);
    assertThat(good.has("digest 0", key)).isFalse();
    assertThat(good.has("digest 4999", key)).isTrue();
  }
}
