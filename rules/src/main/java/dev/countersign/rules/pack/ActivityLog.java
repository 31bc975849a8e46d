package dev.countersign.rules.pack;

import dev.countersign.rules.fact.Activity;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Remembers in memory what each subject did. Safe for threads, and cheap enough to be told of every
 * command. A restart forgets; the subject least recently seen is forgotten when there are too many.
 */
public final class ActivityLog {

  private static final int MOST_SUBJECTS = 2_000;

  /** SQLSTATE class 23: integrity constraint violation. */
  private static final String CONSTRAINT_VIOLATION = "23";

  /** The verbs whose object is a relation with rows. */
  private static final Set<SqlVerb> ON_ROWS =
      Set.of(
          SqlVerb.SELECT,
          SqlVerb.INSERT,
          SqlVerb.UPDATE,
          SqlVerb.DELETE,
          SqlVerb.MERGE,
          SqlVerb.TRUNCATE,
          SqlVerb.COPY_TO,
          SqlVerb.COPY_FROM);

  private record Key(String issuer, String id) {}

  private final Map<Key, History> histories =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, History> eldest) {
          return size() > MOST_SUBJECTS;
        }
      };

  /** A session of the subject began. */
  public void opened(Subject subject) {
    of(subject).opened();
  }

  /** A session of the subject ended. */
  public void closed(Subject subject) {
    of(subject).closed();
  }

  /** A statement was judged; the verdict is the final one. */
  public void decided(Instant now, Subject subject, Verdict verdict) {
    of(subject).decided(now.toEpochMilli(), verdict == Verdict.BLOCK);
  }

  /** A statement ran: only now are its relations known ones, so that asking twice opens nothing. */
  public void completed(Subject subject, String resource, List<SqlAccess> accesses) {
    of(subject).completed(resource, tables(accesses));
  }

  /** A command ended, well or not, and so much of what it reads was sent to the subject. */
  public void took(Instant now, Subject subject, long rows, long bytes) {
    of(subject).took(now.toEpochMilli(), rows, bytes);
  }

  /** A statement ran and failed. */
  public void failed(Instant now, Subject subject, String sqlState) {
    if (sqlState.startsWith(CONSTRAINT_VIOLATION)) {
      of(subject).guessed(now.toEpochMilli());
    }
  }

  /** What the subject did until now, seen from a statement that is about to be judged. */
  Activity activity(Instant now, Subject subject, String resource, List<SqlAccess> accesses) {
    return of(subject).activity(now.toEpochMilli(), resource, tables(accesses));
  }

  private History of(Subject subject) {
    synchronized (histories) {
      return histories.computeIfAbsent(new Key(subject.issuer(), subject.id()), _ -> new History());
    }
  }

  private static Set<String> tables(List<SqlAccess> accesses) {
    return accesses.stream()
        .filter(access -> ON_ROWS.contains(access.verb()) && !access.object().isEmpty())
        .map(SqlAccess::object)
        .collect(Collectors.toSet());
  }
}
