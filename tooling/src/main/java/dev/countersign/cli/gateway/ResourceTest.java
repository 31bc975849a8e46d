package dev.countersign.cli.gateway;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.proxy.postgres.catalog.UpstreamLook;
import java.sql.SQLException;
import java.util.List;

/**
 * Whether the gateway gets in to what is behind it, tried from where this runs.
 *
 * @param resource its name
 * @param good whether it does
 * @param text what answers there, or what is in the way
 */
public record ResourceTest(String resource, boolean good, String text) {

  /** Tries all resources of a configuration, one after the other. */
  public static List<ResourceTest> all(Configuration configuration) {
    return Translation.resources(configuration).all().stream().map(ResourceTest::of).toList();
  }

  private static ResourceTest of(Upstream upstream) {
    String name = upstream.resource().name();
    return switch (upstream) {
      case PostgresUpstream postgres -> {
        try {
          yield new ResourceTest(name, true, UpstreamLook.at(postgres));
        } catch (SQLException | RuntimeException e) {
          yield new ResourceTest(name, false, reason(e));
        }
      }
    };
  }

  /** The driver says that it could not; what it met says why. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
