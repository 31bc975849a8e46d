package dev.countersign.decision.session;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Optional;

/**
 * A session that is open now, on any gateway, as a list shows it.
 *
 * @param opened by the clock of the database
 */
public record LiveSession(
    String id,
    Subject subject,
    String resource,
    String client,
    String application,
    Optional<String> grant,
    Instant opened) {}
