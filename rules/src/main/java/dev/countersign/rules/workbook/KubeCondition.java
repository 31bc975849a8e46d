package dev.countersign.rules.workbook;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.Optional;
import java.util.function.Predicate;

/** What else a request must be for a row of the sheet Kubernetes to match. */
public enum KubeCondition {
  ALWAYS,
  /** An image that no pattern of the set {@code registries} matches. */
  FOREIGN_IMAGE,
  /** Nothing is stored. */
  DRY_RUN,
  PRIVILEGED(Trait.PRIVILEGED),
  HOST_PATH(Trait.HOST_PATH),
  HOST_NAMESPACE(Trait.HOST_NAMESPACE),
  ADDED_CAPABILITY(Trait.ADDED_CAPABILITY),
  SERVICE_ACCOUNT(Trait.SERVICE_ACCOUNT),
  GRANTS_RIGHTS(Trait.GRANTS_RIGHTS),
  ADMISSION_WEBHOOK(Trait.ADMISSION_WEBHOOK),
  CUSTOM_RESOURCE(Trait.CUSTOM_RESOURCE),
  IMPERSONATION(Trait.IMPERSONATION),
  INTERACTIVE(Trait.INTERACTIVE),
  SHELL(Trait.SHELL),
  FILE_COPY(Trait.FILE_COPY),
  NO_LIMITS(Trait.NO_LIMITS),
  NO_REPLICAS(Trait.NO_REPLICAS),
  SCALES_UP(Trait.SCALES_UP),
  SCALES_DOWN(Trait.SCALES_DOWN),
  NO_SELECTOR(Trait.NO_SELECTOR);

  /** The set of the sheet Lists whose patterns are the images that may be used. */
  public static final String REGISTRIES_LIST = "registries";

  private final Optional<Trait> trait;

  KubeCondition() {
    trait = Optional.empty();
  }

  KubeCondition(Trait trait) {
    this.trait = Optional.of(trait);
  }

  /** What the body of the request must bring, if that is the condition. */
  public Optional<Trait> trait() {
    return trait;
  }

  /**
   * Whether a request is so.
   *
   * @param isForeign whether no pattern of {@link #REGISTRIES_LIST} matches an image
   */
  public boolean holds(KubeRequest request, Predicate<String> isForeign) {
    return switch (this) {
      case ALWAYS -> true;
      case DRY_RUN -> request.dryRun();
      case FOREIGN_IMAGE -> request.body().images().stream().anyMatch(isForeign);
      case PRIVILEGED,
          HOST_PATH,
          HOST_NAMESPACE,
          ADDED_CAPABILITY,
          SERVICE_ACCOUNT,
          GRANTS_RIGHTS,
          ADMISSION_WEBHOOK,
          CUSTOM_RESOURCE,
          IMPERSONATION,
          INTERACTIVE,
          SHELL,
          FILE_COPY,
          NO_LIMITS,
          NO_REPLICAS,
          SCALES_UP,
          SCALES_DOWN,
          NO_SELECTOR ->
          trait.filter(request.body().traits()::contains).isPresent();
    };
  }
}
