package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What people have been asked to allow at the demo's identity provider, and what they have allowed:
 * device codes, authorization codes and refresh tokens, each good for one use. Safe for any number
 * of threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628, device flow</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7636">RFC 7636, PKCE</a>
 */
final class DemoGrants {

  /** How long a person may take. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The least time between two questions of a device. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_KEPT = 1000;
  private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

  /** A human who signed in. */
  record SignedIn(DemoAccount account, Instant at, Optional<String> nonce) {}

  /** An OAuth error as RFC 6749, 5.2 has it. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status, String code) {
      super(code);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** What a device asks with, and what its human types. */
  record Device(String deviceCode, String userCode) {}

  private static final class Waiting {
    private final String userCode;
    private final Optional<String> challenge;
    private final Instant until;
    private Optional<SignedIn> answer = Optional.empty();
    private boolean denied;
    private Instant nextQuestion;

    Waiting(String userCode, Optional<String> challenge, Instant now) {
      this.userCode = userCode;
      this.challenge = challenge;
      this.until = now.plus(PATIENCE);
      this.nextQuestion = now;
    }
  }

  private record Code(SignedIn human, URI redirect, String challenge, Instant until) {}

  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;
  private final Map<String, Waiting> devices = new LinkedHashMap<>();
  private final Map<String, Code> codes = new LinkedHashMap<>();
  private final Map<String, SignedIn> refreshes = new LinkedHashMap<>();

  DemoGrants(InstantSource clock) {
    this.clock = clock;
  }

  /** Forgets the oldest: nobody fills the demo's memory. */
  private static <V> void keep(Map<String, V> map, String key, V value) {
    Iterator<String> oldest = map.keySet().iterator();
    if (map.size() >= MAX_KEPT) {
      oldest.next();
      oldest.remove();
    }
    map.put(key, value);
  }

  synchronized Device device(Optional<String> challenge) {
    String userCode = letters(4) + "-" + letters(4);
    String deviceCode = secret();
    keep(devices, deviceCode, new Waiting(userCode, challenge, clock.instant()));
    return new Device(deviceCode, userCode);
  }

  /** Whether a device waits for that code. */
  synchronized boolean waits(String userCode) {
    return waiting(userCode).isPresent();
  }

  private Optional<Waiting> waiting(String userCode) {
    Instant now = clock.instant();
    return devices.values().stream()
        .filter(waiting -> waiting.userCode.equals(userCode))
        .filter(waiting -> now.isBefore(waiting.until))
        .filter(waiting -> waiting.answer.isEmpty() && !waiting.denied)
        .findFirst();
  }

  /**
   * A human answers.
   *
   * @param account who lets the device in; nobody denies it
   * @return whether the device still waited
   */
  synchronized boolean answer(String userCode, Optional<DemoAccount> account) {
    Optional<Waiting> waiting = waiting(userCode);
    waiting.ifPresent(
        device -> {
          device.answer =
              account.map(human -> new SignedIn(human, clock.instant(), Optional.empty()));
          device.denied = account.isEmpty();
        });
    return waiting.isPresent();
  }

  synchronized SignedIn takeDevice(String deviceCode, String verifier) throws Refused {
    Waiting waiting = devices.get(deviceCode);
    Instant now = clock.instant();
    if (waiting == null || !now.isBefore(waiting.until)) {
      throw new Refused(400, "expired_token");
    }
    if (waiting.denied) {
      devices.remove(deviceCode);
      throw new Refused(400, "access_denied");
    }
    if (now.isBefore(waiting.nextQuestion)) {
      throw new Refused(400, "slow_down");
    }
    waiting.nextQuestion = now.plus(INTERVAL);
    if (waiting.challenge.isPresent() && !waiting.challenge.get().equals(challengeOf(verifier))) {
      throw new Refused(400, "invalid_grant");
    }
    SignedIn human = waiting.answer.orElseThrow(() -> new Refused(400, "authorization_pending"));
    devices.remove(deviceCode);
    return human;
  }

  /** A code that its client may change into tokens, once and within a minute. */
  synchronized String code(
      DemoAccount account, URI redirect, String challenge, Optional<String> nonce) {
    String code = secret();
    Instant now = clock.instant();
    keep(
        codes,
        code,
        new Code(new SignedIn(account, now, nonce), redirect, challenge, now.plusSeconds(60)));
    return code;
  }

  synchronized SignedIn takeCode(String code, String redirect, String verifier) throws Refused {
    Code known = codes.remove(code);
    if (known == null
        || !clock.instant().isBefore(known.until())
        || !known.redirect().toString().equals(redirect)
        || !known.challenge().equals(challengeOf(verifier))) {
      throw new Refused(400, "invalid_grant");
    }
    return known.human();
  }

  synchronized String refresh(SignedIn human) {
    String token = secret();
    keep(refreshes, token, human);
    return token;
  }

  synchronized SignedIn takeRefresh(String token) throws Refused {
    SignedIn human = refreshes.remove(token);
    if (human == null) {
      throw new Refused(400, "invalid_grant");
    }
    return human;
  }

  private static String challengeOf(String verifier) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String secret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String letters(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
