package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What runs of the shop in the demo's cluster, in the namespaces prod and dev. */
final class SampleCluster {

  /** What nobody may see: in the Secret, in its copy in an annotation, in a setting, in the log. */
  static final String PASSWORD = "Sup3rSecretPassw0rd";

  private SampleCluster() {}

  /** Its objects, a manifest each. */
  static List<String> manifests() {
    List<String> manifests = new ArrayList<>();
    manifests.add("{apiVersion: v1, kind: Node, metadata: {name: node-1}}");
    manifests.add(namespace("default"));
    for (String namespace : List.of("prod", "dev")) {
      int replicas = namespace.equals("prod") ? 3 : 1;
      manifests.add(namespace(namespace));
      manifests.add(secret(namespace));
      manifests.add(settings(namespace));
      manifests.add(service(namespace));
      manifests.add(deployment(namespace, replicas));
      for (int number = 1; number <= replicas; number++) {
        manifests.add(pod(namespace, "web-" + number));
      }
    }
    return manifests;
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String namespace(String name) {
    return "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name);
  }

  private static String secret(String namespace) {
    return """
    apiVersion: v1
    kind: Secret
    type: Opaque
    metadata:
      name: db
      namespace: %1$s
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: |
          {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"%2$s"}}
    data: {user: %3$s, password: %4$s}
    """
        .formatted(namespace, PASSWORD, base64("shop"), base64(PASSWORD));
  }

  private static String settings(String namespace) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: %1$s}
    data:
      LOG_LEVEL: info
      DATABASE_URL: postgres://shop:%2$s@db.%1$s:5432/shop
    """
        .formatted(namespace, PASSWORD);
  }

  private static String service(String namespace) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: %s}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
    """
        .formatted(namespace);
  }

  private static String deployment(String namespace, int replicas) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: %s, labels: {app: web}}
    spec:
      replicas: %d
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: %s
    """
        .formatted(namespace, replicas, CONTAINERS);
  }

  static String pod(String namespace, String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: %s, labels: {app: web}}
    spec:
      nodeName: node-1
      containers: %s
    status: {phase: Running}
    """
        .formatted(name, namespace, CONTAINERS);
  }

  private static final String CONTAINERS =
      "[{name: web, image: registry.shop.example/web:1.4, env: [{name: DB_PASSWORD, valueFrom:"
          + " {secretKeyRef: {name: db, key: password}}}]}]";
}
