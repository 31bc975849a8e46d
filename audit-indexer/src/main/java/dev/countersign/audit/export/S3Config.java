package dev.countersign.audit.export;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A bucket of an S3-compatible store.
 *
 * @param endpoint the store; buckets are addressed by path
 * @param prefix before every name; empty or ending with a slash
 * @param lock how objects are locked; empty if the bucket's own default does, or nothing
 */
public record S3Config(
    URI endpoint,
    String region,
    String bucket,
    String prefix,
    String accessKey,
    String secretKey,
    Optional<Lock> lock) {

  /**
   * An object lock.
   *
   * @param mode who may lift it before its time
   * @param period for how long after the writing
   */
  public record Lock(Mode mode, Duration period) {}

  /** Who may lift an object lock before its time. */
  public enum Mode {
    /** Nobody. */
    COMPLIANCE,
    /** Whoever has the permission to. */
    GOVERNANCE
  }

  public S3Config {
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException("no bucket is named " + bucket);
    }
    if (!prefix.matches("([A-Za-z0-9._-]+/)*")) {
      throw new IllegalArgumentException(
          "a prefix is empty or of letters, digits, points and dashes, with a slash at its end, not"
              + " "
              + prefix);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "S3Config[endpoint=%s, bucket=%s, prefix=%s]".formatted(endpoint, bucket, prefix);
  }
}
