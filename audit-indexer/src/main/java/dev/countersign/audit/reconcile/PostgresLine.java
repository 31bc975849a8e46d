package dev.countersign.audit.reconcile;

import java.time.Instant;

/** One record of PostgreSQL's own log, whatever its form. */
record PostgresLine(
    String where,
    Instant time,
    String user,
    String database,
    String process,
    String client,
    String severity,
    String application,
    String message) {}
