package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a command is the same as: two with one fingerprint do the same, however they are written.
 *
 * @param same SHA-256 in hex over what it does, its literals and parameters included
 * @param anyValues the same without them; empty where values cannot be told from the rest
 */
public record Fingerprints(String same, Optional<String> anyValues) {
  public Fingerprints {
    requireNonNull(same, "same");
    requireNonNull(anyValues, "anyValues");
  }

  /** The same as long as what the command uses is the same. */
  public Fingerprints using(String definitions) {
    return new Fingerprints(
        digest(List.of(same, definitions)),
        anyValues.map(shape -> digest(List.of(shape, definitions))));
  }

  /** SHA-256 in hex over texts; no two lists of texts have the same. */
  public static String digest(List<String> texts) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(LengthPrefixed.of(texts)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
