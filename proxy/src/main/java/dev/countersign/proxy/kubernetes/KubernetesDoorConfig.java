package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What the door to clusters puts up with.
 *
 * @param longestBody of a request, in bytes
 * @param recorded how much of a body is recorded, in bytes
 * @param longestTerminal so many characters of a terminal are recorded, then it ends
 * @param requests how many a cluster gets at once, watches and terminals not counted; as many of
 *     one subject wait
 * @param patience how long one waits for its turn
 * @param streams how many watches, logs and terminals one subject may have open at once
 * @param idleSession after which time without a request a session ends
 */
public record KubernetesDoorConfig(
    int longestBody,
    int recorded,
    long longestTerminal,
    int requests,
    Duration patience,
    int streams,
    Duration idleSession) {

  public KubernetesDoorConfig {
    requireNonNull(patience, "patience");
    requireNonNull(idleSession, "idleSession");
    if (longestBody < 1
        || recorded < 1
        || longestTerminal < 1
        || requests < 1
        || patience.isNegative()
        || streams < 1
        || !idleSession.isPositive()) {
      throw new IllegalArgumentException("a limit is below 1");
    }
  }
}
