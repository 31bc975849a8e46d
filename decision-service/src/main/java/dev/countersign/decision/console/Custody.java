package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.rules.fact.Subject;

/** Writes down who reads the record, before they do. What cannot be recorded is not shown. */
record Custody(Journal journal) {

  void record(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /** A reader by the name that the issuer vouches for. */
  String name(Subject reader) {
    return reader.id() + " of " + reader.issuer();
  }
}
