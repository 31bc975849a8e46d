package dev.countersign.decision.approval;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * Ids of approvals and what stands for them: {@code A-} and 8 characters that nobody confuses when
 * reading them aloud, 40 bits at random.
 *
 * @see <a href="https://www.crockford.com/base32.html">Crockford's Base 32</a>
 */
public final class ApprovalId {

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 8;
  private static final int BITS = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private ApprovalId() {}

  static String random() {
    return random("A-");
  }

  /** An id of something else that is said as easily. */
  public static String random(String prefix) {
    long bits = RANDOM.nextLong();
    var id = new StringBuilder(prefix);
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt((int) (bits >>> (BITS * i)) & 31));
    }
    return id.toString();
  }

  /** What somebody typed, as it was meant: in capitals, with O for 0 and I or L for 1. */
  public static String typed(String id) {
    String upper = id.strip().toUpperCase(Locale.ROOT);
    return upper.matches("[APE]-.*")
        ? upper.substring(0, 2)
            + upper.substring(2).replace('O', '0').replace('I', '1').replace('L', '1')
        : upper;
  }
}
