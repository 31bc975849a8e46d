package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row of the sheet Kubernetes, its cells as written.
 *
 * @param actions verbs and {@code @list} references, or {@code *} alone
 * @param object a pattern of the object such as {@code deployments.apps/scale}, or an {@code @list}
 * @param namespace a pattern, an {@code @list}, or {@link #NO_NAMESPACE}
 * @param condition what else must hold
 * @param command a pattern of the command line that is run, or an {@code @list}
 */
public record KubernetesRow(
    Particulars particulars,
    Scope scope,
    List<String> actions,
    String object,
    String namespace,
    KubeCondition condition,
    String command,
    Ruling ruling)
    implements RuleRow {

  /** Of a row about whatever is run, and about what runs nothing. */
  public static final String ANY_COMMAND = "*";

  /** A row that says nothing of commands. */
  public KubernetesRow(
      Particulars particulars,
      Scope scope,
      List<String> actions,
      String object,
      String namespace,
      KubeCondition condition,
      Ruling ruling) {
    this(particulars, scope, actions, object, namespace, condition, ANY_COMMAND, ruling);
  }

  /** Stands for requests about no namespace, or about all of them. */
  public static final String NO_NAMESPACE = "-";

  public KubernetesRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    actions = List.copyOf(actions);
    requireNonNull(object, "object");
    requireNonNull(namespace, "namespace");
    requireNonNull(condition, "condition");
    requireNonNull(command, "command");
    requireNonNull(ruling, "ruling");
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a row names its actions");
    }
  }

  @Override
  public String sheet() {
    return Columns.KUBERNETES;
  }
}
