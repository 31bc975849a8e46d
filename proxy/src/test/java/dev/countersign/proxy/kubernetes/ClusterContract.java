package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds of any API server behind the door. Works in a namespace of its own, which it makes and
 * deletes, and runs nothing there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ClusterContract {

  private static final String NAMESPACE = "countersign-contract";
  private static final String PASSWORD = "Contract-Passw0rd";

  private Optional<ClusterAdministrator> administrator = Optional.empty();
  private OpenDoor door;

  /** Names the cluster and somebody who may do everything there. */
  abstract Path kubeconfig() throws Exception;

  @BeforeAll
  void open() throws Exception {
    ClusterAdministrator is = new ClusterAdministrator(kubeconfig());
    is.create("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(NAMESPACE));
    administrator = Optional.of(is);
    is.create(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: db, namespace: %1$s, labels: {app: db}}
        data: {password: %2$s}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: %1$s}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "registry.example/web:1"}]}
        """
            .formatted(NAMESPACE, ClusterAdministrator.base64(PASSWORD)));
    door = new OpenDoor(Optional.of(is.upstream(NAMESPACE)));
  }

  @AfterAll
  void close() throws Exception {
    if (door != null) {
      door.close();
    }
    if (administrator.isPresent()) {
      administrator.get().kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    }
    stop();
  }

  /** Nothing to stop where the cluster is somebody else's. */
  void stop() {}

  @BeforeEach
  void forget() {
    door.approvals.asked.clear();
  }

  private static String[] here(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", NAMESPACE));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  @Test
  void showsWhatIsAllowed() throws Exception {
    Printed printed = door.kubectl(here("get", "deployments"));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text()).contains("NAME", "READY", "web");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get secret db -o yaml",
        "get secret db -o json --show-managed-fields",
        "get secret db -o jsonpath={.data.password}",
        "get secrets -o yaml",
        "get secrets -l app=db -o json",
        "describe secret db",
        "annotate secret db seen=yes --overwrite -o yaml",
        "label secret db seen=yes --overwrite --dry-run=server -o json",
      })
  void k8s12_k8s17_showsNoSecretInAnyForm(String command) throws Exception {
    Printed printed = door.kubectl(here(command.split(" ")));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text())
        .containsAnyOf("KioqKio=", "password")
        .doesNotContain(PASSWORD, ClusterAdministrator.base64(PASSWORD));
  }

  /** Ours: of Protobuf it is made, and as JSON a server looks at it strictly. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "configmap made --from-literal=a=1",
        "secret generic made --from-literal=a=1",
        "serviceaccount made",
        "service nodeport made --tcp=80:http",
        "deployment made --image=registry.example/web:1 --port=80",
        "job made --image=registry.example/web:1 -- true",
        "cronjob made --image=registry.example/web:1 --schedule=@hourly",
        "ingress made --rule=a.example/*=web:80,tls",
        "poddisruptionbudget made --selector=app=web --min-available=50%",
        "quota made --hard=pods=1,memory=1Gi",
      })
  void k8s15_takesWhatKubectlMakesItself(String arguments) throws Exception {
    Printed printed =
        door.kubectl(here(("--dry-run=server -o name create " + arguments).split(" ")));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text()).contains("/made").doesNotContain("unknown field");
  }

  @Test
  void k8s12_masksWhatAWatchBrings() throws Exception {
    Process watch = door.start(here("get", "secret", "db", "--watch", "-o", "yaml"));
    try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().contains("uid:")) {
        seen.append(lines.readLine()).append('\n');
      }
      assertThat(seen).contains("KioqKio=").doesNotContain(ClusterAdministrator.base64(PASSWORD));
    } finally {
      watch.destroy();
    }
  }

  @Test
  void k8s23_refusesToDeleteANamespaceAndSaysWhy() throws Exception {
    Printed printed = door.kubectl("delete", "ns", NAMESPACE);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("Forbidden", "blocked by policy KUB-4");
    assertThat(administrator.orElseThrow().kubectl("get", "ns", NAMESPACE)).contains("Active");
  }

  @Test
  void k8s37_refusesAPrivilegedPodAndNamesTheField() throws Exception {
    String manifest =
        door.file(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: root}
            spec:
              containers:
              - {name: a, image: "registry.example/a:1", securityContext: {privileged: true}}
            """);

    Printed printed = door.kubectl(here("apply", "-f", manifest));

    assertThat(printed.text())
        .contains("blocked by policy KUB-4", "spec.containers[0].securityContext.privileged");
  }

  @Test
  void k8s19_judgesWhatAPatchMakesOfTheObject() throws Exception {
    Printed printed =
        door.kubectl(
            here(
                "patch",
                "deployment",
                "web",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/securityContext\","
                    + "\"value\":{\"privileged\":true}}]"));

    assertThat(printed.text()).contains("blocked by policy KUB-4", "securityContext.privileged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"apply", "apply --server-side", "create"})
  void bringsWhatIsAllowed(String how) throws Exception {
    String name = "box-" + how.length();
    String manifest =
        door.file(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {LEVEL: info}\n"
                .formatted(name));

    Printed printed = door.kubectl(here((how + " -f " + manifest).split(" ")));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.kubectl(here("get", "cm", name, "-o", "jsonpath={.data.LEVEL}")).text())
        .isEqualTo("info");
    assertThat(door.kubectl(here("delete", "cm", name)).exit()).isZero();
  }

  @Test
  void gw17_holdsAScaleAndShowsWhatItChanges() throws Exception {
    Process scale = door.start(here("scale", "deployment", "web", "--replicas=1"));

    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(asked.exhibits().getFirst().content()).contains("+    \"replicas\" : 1");
    asked.approve();

    assertThat(OpenDoor.finish(scale).text()).contains("web scaled", "approved by bob");
    assertThat(
            administrator
                .orElseThrow()
                .kubectl(here("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")))
        .isEqualTo("1");
  }
}
