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
 */
public record KubernetesRow(
    Particulars particulars,
    Scope scope,
    List<String> actions,
    String object,
    String namespace,
    KubeCondition condition,
    Ruling ruling)
    implements RuleRow {

  /** Stands for requests about no namespace, or about all of them. */
  public static final String NO_NAMESPACE = "-";

  public KubernetesRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    actions = List.copyOf(actions);
    requireNonNull(object, "object");
    requireNonNull(namespace, "namespace");
    requireNonNull(condition, "condition");
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
