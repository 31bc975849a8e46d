package dev.countersign.decision.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWK;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signatures that were found good: the same bytes are good again as long as the key is the very one
 * that they were checked with. Keeps digests, not tokens, and the latest of them only. Everything
 * else about a token is checked each time. Safe for any number of threads.
 */
final class GoodSignatures {

  private static final int MOST = 2_048;

  private final Map<String, JWK> keys = new LinkedHashMap<>(16, 0.75f, true);

  /** Whether this token was good under this key. */
  synchronized boolean has(String digest, JWK key) {
    return isSame(keys.get(digest), key);
  }

  /** An equal key that was fetched anew is another: it has to prove itself again. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(@Nullable JWK known, JWK key) {
    return known == key;
  }

  synchronized void add(String digest, JWK key) {
    keys.put(digest, key);
    if (keys.size() > MOST) {
      keys.remove(keys.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return keys.size();
  }

  static String digest(CompactToken token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(token.signed().getBytes(UTF_8));
      digest.update((byte) '.');
      return HexFormat.of().formatHex(digest.digest(token.signature().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
