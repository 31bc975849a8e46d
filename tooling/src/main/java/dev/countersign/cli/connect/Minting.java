package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.configuration.Units;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gets session credentials: a new one, or the one at hand. */
final class Minting {

  private Minting() {}

  /** How long a credential is wanted for, as somebody wrote it. */
  static Optional<Duration> lifetime(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Units.duration(text));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, text + " " + e.getMessage(), e);
    }
  }

  static Minted fresh(Access access, String resource, Optional<Duration> ttl) {
    return Minted.of(mint(access.client(), resource, ttl));
  }

  /** The credential minted a moment ago, if it lasts for a while yet; otherwise a new one. */
  static Minted cached(Access access, String resource) {
    CredentialCache cache = CredentialCache.of(access);
    Optional<JsonNode> kept = cache.find(Minted.resourceName(resource));
    if (kept.isPresent()) {
      return Minted.of(kept.get());
    }
    JsonNode answer = mint(access.client(), resource, Optional.empty());
    Minted minted = Minted.of(answer);
    cache.keep(resource, minted.expires(), answer.toString());
    return minted;
  }

  private static JsonNode mint(ApiClient api, String resource, Optional<Duration> ttl) {
    Map<String, String> body = new HashMap<>();
    body.put("resource", Minted.resourceName(resource));
    ttl.ifPresent(wanted -> body.put("ttl", wanted.toString()));
    return api.post("/api/v1/credentials", body);
  }
}
