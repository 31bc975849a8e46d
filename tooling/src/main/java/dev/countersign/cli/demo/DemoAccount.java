package dev.countersign.cli.demo;

import dev.countersign.rules.fact.Subject;
import java.util.List;
import java.util.Optional;

/**
 * Somebody the demo's identity provider knows.
 *
 * @param name the {@code sub} and the {@code preferred_username}
 * @param owner whom an agent acts for
 */
record DemoAccount(String name, Subject.Kind kind, List<String> groups, Optional<String> owner) {

  static final DemoAccount AGENT =
      new DemoAccount("agent-7", Subject.Kind.AGENT, List.of("ai-agents"), Optional.of("alice"));

  private static final List<DemoAccount> ALL =
      List.of(
          AGENT,
          // From outside: nothing is open to it without a grant.
          new DemoAccount(
              "guest-3", Subject.Kind.AGENT, List.of("visiting-agents"), Optional.of("carol")),
          human("olivia", "compliance-officers"),
          human("oscar", "compliance-officers"),
          human("bob", "dba-approvers"),
          human("dana", "dba-approvers"),
          human("audrey", "auditors"),
          // Generates load for the benchmark and reaches nothing else.
          new DemoAccount("bench", Subject.Kind.AGENT, List.of("bench"), Optional.of("alice")));

  private static DemoAccount human(String name, String group) {
    return new DemoAccount(name, Subject.Kind.HUMAN, List.of(group), Optional.empty());
  }

  static Optional<DemoAccount> named(String name) {
    return ALL.stream().filter(account -> account.name().equals(name)).findFirst();
  }

  static Optional<DemoAccount> humanNamed(String name) {
    return named(name).filter(account -> account.kind() == Subject.Kind.HUMAN);
  }

  static List<DemoAccount> humans() {
    return ALL.stream().filter(account -> account.kind() == Subject.Kind.HUMAN).toList();
  }
}
