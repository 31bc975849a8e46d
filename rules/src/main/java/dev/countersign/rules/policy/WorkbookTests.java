package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.TestRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The examples of a workbook's sheet Tests, put to a policy. */
public final class WorkbookTests {

  private static final String ISSUER = "workbook-tests";

  /**
   * What came of one example.
   *
   * @param test the example
   * @param actual the strictest verdict of its acts
   * @param rule the id of the row that decided
   * @param passed whether both are as the example says
   */
  public record Result(TestRow test, Verdict actual, String rule, boolean passed) {

    public Result {
      requireNonNull(test, "test");
      requireNonNull(actual, "actual");
      requireNonNull(rule, "rule");
    }

    /** One line for people. */
    @Override
    public String toString() {
      return "Tests!%d: %s expected %s, %s %s"
          .formatted(
              test.number(),
              test.id(),
              words(test.verdict(), test.rule()),
              passed ? "and got" : "but got",
              words(actual, rule));
    }

    private static String words(Verdict verdict, String rule) {
      return rule.isEmpty() ? verdict.name() : verdict + " by " + rule;
    }
  }

  private WorkbookTests() {}

  /**
   * Puts every example to the policy.
   *
   * @param parser the facts of a SQL text; a text that it throws on is blocked
   */
  public static List<Result> run(
      List<TestRow> tests, PolicyVersion policy, Function<String, List<SqlStatement>> parser) {
    return tests.stream().map(test -> run(test, policy, parser)).toList();
  }

  private static Result run(
      TestRow test, PolicyVersion policy, Function<String, List<SqlStatement>> parser) {
    Optional<Decision> strictest = strictest(test, policy, parser);
    if (strictest.isEmpty()) {
      boolean passed = test.verdict() == Verdict.BLOCK && test.rule().isEmpty();
      return new Result(test, Verdict.BLOCK, "", passed);
    }
    Decision decision = strictest.get();
    List<String> deciding =
        decision.why().rows().stream()
            .filter(row -> row.verdict() == decision.verdict())
            .map(MatchedRow::rule)
            .toList();
    boolean byThatRule = test.rule().isEmpty() || deciding.contains(test.rule());
    return new Result(
        test,
        decision.verdict(),
        byThatRule && !test.rule().isEmpty() ? test.rule() : decision.why().deciding().rule(),
        decision.verdict() == test.verdict() && byThatRule);
  }

  /** Nothing when the text has no facts: such a text is blocked. */
  private static Optional<Decision> strictest(
      TestRow test, PolicyVersion policy, Function<String, List<SqlStatement>> parser) {
    List<? extends Act> acts;
    Resource.Kind kind = CommandWords.kind(test.command());
    try {
      Optional<Act> act = CommandWords.read(test.command());
      acts = act.isPresent() ? List.of(act.get()) : parser.apply(test.command());
    } catch (RuntimeException unparsable) {
      return Optional.empty();
    }
    Subject subject =
        new Subject(
            ISSUER,
            test.id(),
            test.id(),
            Subject.Kind.AGENT,
            Set.copyOf(test.groups()),
            Optional.empty());
    Resource resource =
        new Resource(
            test.resource(),
            kind,
            test.environment().isEmpty() ? Map.of() : Map.of("environment", test.environment()));
    List<Decision> decisions = new ArrayList<>();
    acts.forEach(act -> decisions.add(policy.decide(subject, resource, act)));
    return decisions.stream()
        .reduce((first, next) -> next.verdict().compareTo(first.verdict()) > 0 ? next : first);
  }
}
