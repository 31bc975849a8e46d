package dev.countersign.decision.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client presents: {@code cs_} and 256 random bits in base64url. Nothing can be read from
 * it; the gateway keeps its SHA-256 alone, which needs no salt: there is no list of such secrets to
 * try.
 */
record CredentialText(String value) {

  private static final String PREFIX = "cs_";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern FORM = Pattern.compile("cs_[A-Za-z0-9_-]{43}");

  static CredentialText random(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new CredentialText(
        PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Whether it is meant to be one; no JWT begins like that. */
  static boolean isMeant(String presented) {
    return presented.startsWith(PREFIX);
  }

  static Optional<CredentialText> parse(String presented) {
    return FORM.matcher(presented).matches()
        ? Optional.of(new CredentialText(presented))
        : Optional.empty();
  }

  byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "cs_…";
  }
}
