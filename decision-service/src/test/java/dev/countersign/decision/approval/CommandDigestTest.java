package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.approval.FrozenCommand.Parameter;
import dev.countersign.rules.fact.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class CommandDigestTest {

  private static final Subject AGENT =
      new Subject(
          "https://issuer",
          "id-7",
          "agent-7",
          Subject.Kind.AGENT,
          Set.of("a", "b"),
          Optional.of("o"));

  private static final FrozenCommand COMMAND =
      new FrozenCommand(
          "DELETE FROM orders WHERE id = $1",
          List.of(
              new Parameter(23, 0, Optional.of("3432")), new Parameter(25, 1, Optional.empty())),
          "orders",
          AGENT,
          "policy-1");

  private static FrozenCommand with(UnaryOperator<Subject> change) {
    return new FrozenCommand(
        COMMAND.text(), COMMAND.parameters(), "orders", change.apply(AGENT), "policy-1");
  }

  private static FrozenCommand text(String text) {
    return new FrozenCommand(text, COMMAND.parameters(), "orders", AGENT, "policy-1");
  }

  private static FrozenCommand parameters(Parameter... parameters) {
    return new FrozenCommand(COMMAND.text(), List.of(parameters), "orders", AGENT, "policy-1");
  }

  @Test
  void gw15_whoPassedThePermissionOnIsPartOfIt() {
    Subject passed =
        new Subject(
            AGENT.issuer(),
            AGENT.id(),
            AGENT.name(),
            AGENT.kind(),
            AGENT.groups(),
            AGENT.onBehalfOf(),
            List.of("orchestrator"));

    assertThat(CommandDigest.of(with(agent -> passed))).isNotEqualTo(CommandDigest.of(COMMAND));
  }

  @Test
  void isStable() {
    // Written down once: stored digests must mean the same after an upgrade.
    assertThat(CommandDigest.of(COMMAND))
        .isEqualTo("2f11bfe9959e2cefe096ed422971ee2a25bd2f159e11d22e46c43f860b60b33d")
        .isEqualTo(CommandDigest.of(COMMAND));
  }

  @Test
  void gw15_gw16_everyFieldCounts() {
    Set<String> digests = new HashSet<>();
    List<FrozenCommand> changed =
        List.of(
            COMMAND,
            text("DELETE FROM orders WHERE id = $1 "),
            text("DELETE FROM orders WHERE id = $1;"),
            text("delete FROM orders WHERE id = $1"),
            text("DELETE FROM orders WHERE id = $1 --"),
            parameters(),
            parameters(COMMAND.parameters().getFirst()),
            parameters(COMMAND.parameters().getLast(), COMMAND.parameters().getFirst()),
            parameters(new Parameter(20, 0, Optional.of("3432")), COMMAND.parameters().getLast()),
            parameters(new Parameter(23, 1, Optional.of("3432")), COMMAND.parameters().getLast()),
            parameters(new Parameter(23, 0, Optional.of("3433")), COMMAND.parameters().getLast()),
            parameters(new Parameter(23, 0, Optional.of("")), COMMAND.parameters().getLast()),
            parameters(new Parameter(23, 0, Optional.empty()), COMMAND.parameters().getLast()),
            new FrozenCommand(COMMAND.text(), COMMAND.parameters(), "order", AGENT, "policy-1"),
            new FrozenCommand(COMMAND.text(), COMMAND.parameters(), "orders", AGENT, "policy-2"),
            with(s -> subject("https://issuer2", s.id(), s.name(), s.kind(), s.groups(), "o")),
            with(s -> subject(s.issuer(), "id-8", s.name(), s.kind(), s.groups(), "o")),
            with(s -> subject(s.issuer(), s.id(), "agent-8", s.kind(), s.groups(), "o")),
            with(s -> subject(s.issuer(), s.id(), s.name(), Subject.Kind.HUMAN, s.groups(), "o")),
            with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), Set.of("a"), "o")),
            with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), Set.of("ab"), "o")),
            with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), Set.of("b", "ao"), "o")),
            with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), s.groups(), "p")),
            with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), s.groups(), null)));

    changed.forEach(command -> digests.add(CommandDigest.of(command)));

    assertThat(digests).hasSameSizeAs(changed);
  }

  private static Subject subject(
      String issuer, String id, String name, Subject.Kind kind, Set<String> groups, String owner) {
    return new Subject(issuer, id, name, kind, groups, Optional.ofNullable(owner));
  }

  @Test
  void gw15_anyChangedCharacterCounts() {
    var random = new Random(15);
    String digest = CommandDigest.of(COMMAND);
    for (int i = 0; i < 5000; i++) {
      var changed = new StringBuilder(COMMAND.text());
      int at = random.nextInt(changed.length());
      char other = (char) random.nextInt(1, 0xD800);
      if (other == changed.charAt(at)) {
        continue;
      }
      changed.setCharAt(at, other);
      assertThat(CommandDigest.of(text(changed.toString()))).isNotEqualTo(digest);
    }
  }

  /** Few letters and short fields, so that moving a boundary would soon make two of them alike. */
  @Test
  void gw15_noTwoCommandsHaveOneDigest() {
    var random = new Random(16);
    Map<String, FrozenCommand> seen = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      FrozenCommand command = tiny(random);
      FrozenCommand before = seen.put(CommandDigest.of(command), command);
      assertThat(before == null || before.equals(command)).as("%s", command).isTrue();
    }
  }

  private static FrozenCommand tiny(Random random) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      parameters.add(
          new Parameter(
              random.nextInt(2),
              random.nextInt(2),
              random.nextBoolean() ? Optional.empty() : Optional.of(word(random))));
    }
    Set<String> groups = new HashSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      groups.add(word(random));
    }
    return new FrozenCommand(
        word(random),
        parameters,
        word(random),
        new Subject(
            word(random),
            word(random),
            word(random),
            Subject.Kind.AGENT,
            groups,
            random.nextBoolean() ? Optional.empty() : Optional.of(word(random))),
        word(random));
  }

  private static String word(Random random) {
    return "aab".substring(random.nextInt(3));
  }

  @Test
  void theOrderOfGroupsDoesNotCount() {
    assertThat(
            CommandDigest.of(
                with(s -> subject(s.issuer(), s.id(), s.name(), s.kind(), Set.of("b", "a"), "o"))))
        .isEqualTo(CommandDigest.of(COMMAND));
  }

  @Test
  void refusesWhatIsNoUnicode() {
    assertThatThrownBy(() -> CommandDigest.of(text("SELECT '\ud800'")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
