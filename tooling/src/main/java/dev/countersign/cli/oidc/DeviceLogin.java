package dev.countersign.cli.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The device flow: a human opens a page somewhere, types the code that is shown here, and says yes.
 * With PKCE, where the issuer knows it, so that a stolen device code is worth nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628</a>
 */
public final class DeviceLogin {

  private static final Duration MAX_WAIT = Duration.ofMinutes(30);
  private static final Duration SLOWER = Duration.ofSeconds(5);

  /** Passes time between two questions. */
  interface Pause {
    void pass(Duration time) throws InterruptedException;
  }

  private final Provider provider;
  private final String client;
  private final Pause pause;

  public DeviceLogin(Provider provider, String client) {
    this(provider, client, Thread::sleep);
  }

  DeviceLogin(Provider provider, String client, Pause pause) {
    this.provider = provider;
    this.client = client;
    this.pause = pause;
  }

  /**
   * Signs somebody in.
   *
   * @param scope what is asked for
   * @param show takes what the human has to read
   */
  public Login login(URI server, String scope, Consumer<String> show) {
    String verifier = verifier();
    Provider.Answer device =
        provider.post(
            "device_authorization_endpoint",
            Map.of(
                "client_id",
                client,
                "scope",
                scope,
                "code_challenge",
                challenge(verifier),
                "code_challenge_method",
                "S256"));
    if (!device.isOk()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "%s does not let %s sign in with a device: %s"
              .formatted(provider.issuer(), client, device.reason()));
    }
    show.accept(instruction(device.body()));
    JsonNode tokens = poll(device.body(), verifier);
    return Tokens.of(server, provider, client, Optional.empty(), null, tokens);
  }

  private static String instruction(JsonNode device) {
    String address = VisibleText.line(device.path("verification_uri").asText());
    String code = VisibleText.line(device.path("user_code").asText());
    String complete = VisibleText.line(device.path("verification_uri_complete").asText(""));
    return "Open %s and enter %s%s"
        .formatted(address, code, complete.isEmpty() ? "" : ", or open " + complete);
  }

  private JsonNode poll(JsonNode device, String verifier) {
    Duration interval = Duration.ofSeconds(Math.clamp(device.path("interval").asLong(5), 1, 60));
    Duration patience = Duration.ofSeconds(Math.max(device.path("expires_in").asLong(600), 1));
    Instant end = Instant.now().plus(patience.compareTo(MAX_WAIT) < 0 ? patience : MAX_WAIT);
    while (Instant.now().isBefore(end)) {
      pass(interval);
      Provider.Answer answer =
          provider.post(
              "token_endpoint",
              Map.of(
                  "grant_type",
                  "urn:ietf:params:oauth:grant-type:device_code",
                  "client_id",
                  client,
                  "device_code",
                  device.path("device_code").asText(),
                  "code_verifier",
                  verifier));
      if (answer.isOk()) {
        return answer.body();
      }
      switch (answer.error()) {
        case "authorization_pending" -> {}
        case "slow_down" -> interval = interval.plus(SLOWER);
        default -> throw new CommandFailure(ExitCode.REFUSED, "not signed in: " + answer.reason());
      }
    }
    throw new CommandFailure(ExitCode.REFUSED, "nobody entered the code in time");
  }

  private void pass(Duration interval) {
    try {
      pause.pass(interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }

  private static String verifier() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String challenge(String verifier) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
