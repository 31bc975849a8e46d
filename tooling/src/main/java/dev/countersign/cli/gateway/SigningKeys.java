package dev.countersign.cli.gateway;

import dev.countersign.audit.journal.SigningKey;
import dev.countersign.cli.configuration.Configuration;
import java.nio.file.Path;

/** Where a gateway's configuration has the key that signs checkpoints. */
public final class SigningKeys {

  private SigningKeys() {}

  public static Path file(Configuration configuration) {
    return configuration
        .journal()
        .signingKey()
        .orElseGet(() -> configuration.state().directory().resolve("checkpoint-signing.pem"));
  }

  public static SigningKey.Algorithm algorithm(Configuration configuration) {
    return switch (configuration.journal().signature()) {
      case ED25519 -> SigningKey.Algorithm.ED25519;
      case P256 -> SigningKey.Algorithm.P256;
    };
  }
}
