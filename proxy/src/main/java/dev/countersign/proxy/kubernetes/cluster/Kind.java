package dev.countersign.proxy.kubernetes.cluster;

import java.util.List;
import java.util.Optional;

/**
 * A kind of object that the cluster serves.
 *
 * @param group empty for the core
 * @param plural the resource's name
 * @param subresources what can be asked for below an object
 */
record Kind(
    String group,
    String version,
    String kind,
    String plural,
    String shortName,
    boolean namespaced,
    List<String> subresources) {

  static final List<Kind> ALL =
      List.of(
          of("", "v1", "Namespace", "namespaces", "ns", false),
          of("", "v1", "Node", "nodes", "no", false),
          of(
              "",
              "v1",
              "Pod",
              "pods",
              "po",
              true,
              "log",
              "exec",
              "attach",
              "portforward",
              "eviction"),
          of("", "v1", "Service", "services", "svc", true),
          of("", "v1", "ConfigMap", "configmaps", "cm", true),
          of("", "v1", "Secret", "secrets", "", true),
          of("", "v1", "ServiceAccount", "serviceaccounts", "sa", true, "token"),
          of("", "v1", "ResourceQuota", "resourcequotas", "quota", true),
          of("", "v1", "Event", "events", "ev", true),
          of("apps", "v1", "Deployment", "deployments", "deploy", true, "scale", "status"),
          of("apps", "v1", "StatefulSet", "statefulsets", "sts", true, "scale"),
          of("apps", "v1", "DaemonSet", "daemonsets", "ds", true),
          of("batch", "v1", "Job", "jobs", "", true),
          of("batch", "v1", "CronJob", "cronjobs", "cj", true),
          of("networking.k8s.io", "v1", "Ingress", "ingresses", "ing", true),
          of("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", true),
          of("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", false),
          of(
              "certificates.k8s.io",
              "v1",
              "CertificateSigningRequest",
              "certificatesigningrequests",
              "csr",
              false,
              "approval"),
          of("rbac.authorization.k8s.io", "v1", "Role", "roles", "", true),
          of("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "", true),
          of("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "", false),
          of(
              "rbac.authorization.k8s.io",
              "v1",
              "ClusterRoleBinding",
              "clusterrolebindings",
              "",
              false));

  private static Kind of(
      String group,
      String version,
      String kind,
      String plural,
      String shortName,
      boolean namespaced,
      String... subresources) {
    return new Kind(group, version, kind, plural, shortName, namespaced, List.of(subresources));
  }

  static Optional<Kind> find(String group, String plural) {
    return ALL.stream()
        .filter(kind -> kind.group.equals(group) && kind.plural.equals(plural))
        .findFirst();
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** Where its version is served. */
  String root() {
    return group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
  }
}
