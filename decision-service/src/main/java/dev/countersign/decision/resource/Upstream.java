package dev.countersign.decision.resource;

import dev.countersign.rules.fact.Resource;

/** What stands behind a resource: where it is, and with which credential the gateway gets in. */
public sealed interface Upstream permits GitUpstream, KubernetesUpstream, PostgresUpstream {

  /** What rules and subjects know of it. */
  Resource resource();

  /** The name or address of its host. */
  String host();

  /** Its TCP port. */
  int port();

  /** Where it may be, whatever its name resolves to. */
  Networks networks();

  /** Where it is, for people; without user and secret. */
  String address();
}
