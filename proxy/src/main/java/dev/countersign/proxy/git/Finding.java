package dev.countersign.proxy.git;

import dev.countersign.rules.fact.RefUpdate;

/**
 * A secret, and where exactly it is. The secret itself is not in it.
 *
 * @param secret what rules see of it
 * @param line counted from 1; 0 where lines mean nothing, as in what was decoded
 */
record Finding(RefUpdate.Secret secret, int line) {

  /** Whether it is in what a push says, and in no object that it brings. */
  boolean isSaid() {
    return secret.commit().isEmpty();
  }

  /** For people: {@code aws-access-key in config.yml line 3, commit 1234567890}. */
  @Override
  public String toString() {
    return secret.detector()
        + " in "
        + secret.path()
        + (line == 0 ? "" : " line " + line)
        + (isSaid() ? "" : ", commit " + secret.commit().substring(0, 10));
  }
}
