package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a text means to PostgreSQL's grammar: the tree without the places of its parts, so that
 * white space, comments, letter case and needless parentheses make no difference.
 *
 * @param tree with all literals
 * @param shape with numbers, strings and parameters left out
 */
public record Sameness(String tree, String shape) {

  /** They run what was named before, or take what comes after: their text is not all they do. */
  private static final Set<String> MORE_THAN_THEIR_TEXT =
      Set.of("ExecuteStmt", "FetchStmt", "CopyStmt", "DoStmt", "CallStmt");

  public Sameness {
    requireNonNull(tree, "tree");
    requireNonNull(shape, "shape");
  }

  /** Empty where a statement does more than its text says. */
  static Optional<Sameness> of(Node parsed) {
    List<Node> statements = new ArrayList<>();
    for (Node raw : parsed.path("stmts")) {
      Node statement = raw.path("stmt");
      if (MORE_THAN_THEIR_TEXT.contains(Tree.kind(statement))) {
        return Optional.empty();
      }
      statements.add(statement);
    }
    Node all = new Node.Items(statements.toArray(new Node[0]));
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sameness(TreeText.of(all), TreeText.withoutValues(all)));
  }

  /** The fingerprints of the text with its parameters. */
  public Fingerprints with(List<FrozenCommand.Parameter> parameters) {
    List<String> same = new ArrayList<>(List.of("sql", tree));
    for (FrozenCommand.Parameter parameter : parameters) {
      same.add(Integer.toString(parameter.typeOid()));
      same.add(Integer.toString(parameter.format()));
      same.add(parameter.value().map(value -> "=" + value).orElse("NULL"));
    }
    return new Fingerprints(
        Fingerprints.digest(same), Optional.of(Fingerprints.digest(List.of("sql shape", shape))));
  }
}
