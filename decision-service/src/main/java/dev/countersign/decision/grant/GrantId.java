package dev.countersign.decision.grant;

import java.security.SecureRandom;
import java.util.Locale;

/** Ids of grants: {@code G-} and 8 characters of Crockford's Base 32, 40 bits at random. */
final class GrantId {

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 8;
  private static final int BITS = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private GrantId() {}

  static String random() {
    long bits = RANDOM.nextLong();
    var id = new StringBuilder("G-");
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt((int) (bits >>> (BITS * i)) & 31));
    }
    return id.toString();
  }

  static String typed(String id) {
    return id.strip().toUpperCase(Locale.ROOT);
  }
}
