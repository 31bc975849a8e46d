package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.rules.fact.Subject;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes down who reads the record and who changes anything, before they do. What cannot be
 * recorded is not shown, and not done.
 */
record Custody(Journal journal) {

  void record(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /**
   * A form was sent.
   *
   * @param route the path with its parameters' names
   */
  void called(Subject by, String route, String path, ByteBuffer body) {
    record(new Event.ApiCalled(by, "POST " + route, path, digest(body)));
  }

  /** Somebody reads a recording. */
  void read(Subject reader, String session, String how) {
    record(new Event.RecordingRead(name(reader), new SessionId(session), how));
  }

  /** Somebody looked for recorded commands and found so many. */
  void searched(Subject reader, String query, long found) {
    record(new Event.RecordSearched(name(reader), query, found));
  }

  private static String digest(ByteBuffer body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(body.duplicate());
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A reader by the name that the issuer vouches for. */
  String name(Subject reader) {
    return reader.id() + " of " + reader.issuer();
  }
}
