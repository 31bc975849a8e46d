package dev.countersign.audit.exposure;

import java.util.Optional;

/** What values are digested with at the moment. */
@FunctionalInterface
public interface Exposures {

  /** Nothing is digested: there is nobody to whom a key could be wrapped. */
  Exposures NONE = Optional::empty;

  /** The key of the moment; its event is in the journal. */
  Optional<ExposureKey> key();
}
