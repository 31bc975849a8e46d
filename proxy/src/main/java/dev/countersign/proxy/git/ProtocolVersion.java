package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.util.List;
import java.util.Optional;

/** The version of git's protocol that a client speaks when it fetches. */
enum ProtocolVersion {
  ZERO,
  ONE,
  TWO;

  private static final String FIELD = "Git-Protocol";

  /** Empty where it is not clear: several are asked for, or one that does not exist. */
  static Optional<ProtocolVersion> of(HttpFields headers) {
    List<String> values = headers.values(FIELD);
    if (values.isEmpty()) {
      return Optional.of(ZERO);
    }
    if (values.size() > 1) {
      return Optional.empty();
    }
    return switch (values.getFirst()) {
      case "version=0" -> Optional.of(ZERO);
      case "version=1" -> Optional.of(ONE);
      case "version=2" -> Optional.of(TWO);
      default -> Optional.empty();
    };
  }
}
