package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.identity.StepUp;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API is.
 *
 * @param listen the address it listens on; port 0 takes any free one
 * @param publicUrl where people and tools reach it, without a path
 * @param tls its certificate; without one it speaks plain HTTP, for a proxy in front or this
 *     machine
 * @param enforcementPoints the group whose members may ask the policy over AuthZEN; nobody without
 *     one
 * @param stepUp how those must have signed in who answer for others
 * @param limits how often a subject may call
 */
public record ApiConfig(
    InetSocketAddress listen,
    URI publicUrl,
    Optional<Tls> tls,
    Optional<String> enforcementPoints,
    StepUp stepUp,
    CallLimits limits) {

  /**
   * How often a subject may call one gateway, a minute; half of it at once.
   *
   * @param reads calls that change nothing
   * @param changes calls that change something
   * @param questions to the policy
   */
  public record CallLimits(int reads, int changes, int questions) {

    public static final CallLimits DEFAULT = new CallLimits(1_200, 300, 60_000);

    public CallLimits {
      if (reads < 1 || changes < 1 || questions < 1) {
        throw new IllegalArgumentException("a limit of calls is at least 1 a minute");
      }
    }
  }

  /**
   * A certificate.
   *
   * @param certificate PEM, with the intermediate ones behind it
   * @param key PEM, PKCS #8, not encrypted
   */
  public record Tls(Path certificate, Path key) {
    public Tls {
      requireNonNull(certificate, "certificate");
      requireNonNull(key, "key");
    }
  }

  public ApiConfig {
    requireNonNull(listen, "listen");
    requireNonNull(publicUrl, "publicUrl");
    requireNonNull(tls, "tls");
    requireNonNull(enforcementPoints, "enforcementPoints");
    requireNonNull(stepUp, "stepUp");
    requireNonNull(limits, "limits");
  }

  /** An API for which every good token is enough. */
  public ApiConfig(
      InetSocketAddress listen,
      URI publicUrl,
      Optional<Tls> tls,
      Optional<String> enforcementPoints) {
    this(listen, publicUrl, tls, enforcementPoints, StepUp.NONE, CallLimits.DEFAULT);
  }
}
