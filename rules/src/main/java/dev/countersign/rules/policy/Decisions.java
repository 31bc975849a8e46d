package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.verdict.Decision;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What one policy version decided on one day: the same question has the same answer, for it depends
 * on nothing else. Any number of threads may ask.
 */
final class Decisions {

  /** Questions come from those who ask: what is remembered of them is bounded. */
  static final int MOST = 4_096;

  private static final int LARGEST = 16;

  private record Question(Set<String> groups, Resource resource, SqlStatement statement) {}

  private final Map<Question, Decision> known = new ConcurrentHashMap<>();

  Decision of(
      Set<String> groups, Resource resource, SqlStatement statement, Supplier<Decision> judge) {
    if (statement.accesses().size() > LARGEST) {
      return judge.get();
    }
    Question question = new Question(groups, resource, statement);
    Decision before = known.get(question);
    if (before != null) {
      return before;
    }
    Decision decision = judge.get();
    if (known.size() >= MOST) {
      known.clear();
    }
    known.put(question, decision);
    return decision;
  }
}
