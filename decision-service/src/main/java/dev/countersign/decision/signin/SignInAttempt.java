package dev.countersign.decision.signin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A sign-in that has begun. It lives in a cookie of the browser that began it, for some minutes,
 * and nowhere else: an answer that comes to another browser finds none.
 *
 * @param issuer where it was sent
 * @param state comes back with the answer
 * @param nonce comes back in the id token
 * @param verifier the secret of PKCE
 * @param to the page that was wanted, a path
 */
record SignInAttempt(String issuer, String state, String nonce, String verifier, String to) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_COOKIE = 2048;
  private static final int MAX_PATH = 512;

  /** Where to, if what is wanted is no page of ours. */
  private static final String HOME = "/";

  static SignInAttempt at(String issuer, String to) {
    return new SignInAttempt(issuer, random(), random(), random(), page(to));
  }

  private static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return encoded(bytes);
  }

  /** A path of this console: nothing that a browser could take for another host. */
  private static String page(String to) {
    return to.length() <= MAX_PATH && to.matches("/(?:[A-Za-z0-9_-][A-Za-z0-9/_.?=&%+:,~*-]*)?")
        ? to
        : HOME;
  }

  /** RFC 7636, 4.2. */
  String challenge() {
    try {
      return encoded(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  String cookie() {
    return encoded(String.join("\n", issuer, state, nonce, verifier, to).getBytes(UTF_8));
  }

  static Optional<SignInAttempt> parse(String cookie) {
    if (cookie.length() > MAX_COOKIE) {
      return Optional.empty();
    }
    try {
      List<String> parts =
          List.of(new String(Base64.getUrlDecoder().decode(cookie), UTF_8).split("\n", -1));
      return parts.size() == 5 && parts.subList(1, 4).stream().allMatch(SignInAttempt::isRandom)
          ? Optional.of(
              new SignInAttempt(
                  parts.get(0), parts.get(1), parts.get(2), parts.get(3), page(parts.get(4))))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isRandom(String text) {
    return text.matches("[A-Za-z0-9_-]{43}");
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
