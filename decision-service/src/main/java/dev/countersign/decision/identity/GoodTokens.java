package dev.countersign.decision.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that were found good, the latest of them only: the same text says the same again. What
 * changes with time is not kept but asked each time: whether the key is still the issuer's, and
 * whether the token is still in its time. Keeps digests, not tokens. Safe for any number of
 * threads.
 */
final class GoodTokens {

  private static final int MOST = 2_048;

  private final Map<String, Good> known = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What a token says.
   *
   * @param issuer whose it is
   * @param key the very one that its signature was checked with
   * @param lifetime when it is good
   * @param says whose it is, and until when
   */
  record Good(
      String issuer, JWSAlgorithm algorithm, JWK key, Lifetime lifetime, VerifiedToken says) {

    /** An equal key that was fetched anew is another: it has to prove itself again. */
    @SuppressWarnings("ReferenceEquality")
    boolean isUnder(JWK other) {
      return key == other;
    }
  }

  synchronized Optional<Good> find(String digest) {
    return Optional.ofNullable(known.get(digest));
  }

  synchronized void add(String digest, Good good) {
    known.put(digest, good);
    if (known.size() > MOST) {
      known.remove(known.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return known.size();
  }

  /** Of the whole text, signature and all. */
  static String digest(String token) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
