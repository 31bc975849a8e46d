package dev.countersign.decision.notification;

import java.time.Instant;

/**
 * A message that is to be delivered, or could not be.
 *
 * @param endpoint the name of its webhook
 * @param event what it tells, such as {@code approval.waiting}
 * @param attempts how many were made, this one included
 * @param lastError why the last attempt failed; empty before the first
 */
public record Delivery(
    long id,
    String endpoint,
    String event,
    String approval,
    int attempts,
    Instant created,
    String lastError) {}
