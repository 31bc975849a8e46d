package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.kubernetes.cluster.MemoryCluster;
import java.util.Base64;

/** A small shop in the cluster. */
final class Samples {

  static final String PASSWORD = "Sup3rSecretPassw0rd";

  /** Its base64. */
  static final String PASSWORD_BASE64 = "U3VwM3JTZWNyZXRQYXNzdzByZA==";

  private Samples() {}

  static void fill(MemoryCluster cluster) {
    for (String namespace : new String[] {"default", "prod", "dev", ShopPolicy.HELD}) {
      cluster.create(
          "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
    }
    cluster.create(
        """
        apiVersion: v1
        kind: Secret
        type: Opaque
        metadata:
          name: db
          namespace: prod
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: |
              {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"%s"}}
        data: {user: c2hvcA==, password: %s}
        """
            .formatted(PASSWORD, PASSWORD_BASE64));
    cluster.create(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: prod}
        data:
          LOG_LEVEL: info
          DB_PASSWORD: %1$s
          config.yaml: |
            port: 8080
            url: postgres://shop:%1$s@db:5432/shop
          packed: %2$s
        """
            .formatted(PASSWORD, base64("password=" + PASSWORD)));
    cluster.create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: prod}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "images.example/web:1"}]}
        """);
    cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-1, namespace: prod, labels: {app: web}}
        spec:
          containers:
          - name: web
            image: images.example/web:1
            env: [{name: DB_PASSWORD, value: %s}, {name: LOG_LEVEL, value: info}]
        status: {phase: Running}
        """
            .formatted(PASSWORD));
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
