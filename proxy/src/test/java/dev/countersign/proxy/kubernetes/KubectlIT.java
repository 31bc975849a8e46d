package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stock kubectl through the door. */
@Timeout(180)
class KubectlIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = new OpenDoor();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @BeforeEach
  void forget() {
    door.journal.clear();
    door.approvals.asked.clear();
  }

  @Test
  void showsPodsAsTheyAre() throws Exception {
    Printed printed = door.kubectl("get", "pods");

    assertThat(printed.text()).contains("NAME", "STATUS", "web-1", "Running");
    assertThat(printed.exit()).isZero();
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(
            event ->
                assertThat(event.text()).startsWith("GET /api/v1/namespaces/prod/pods?limit=500"));
  }

  @Test
  void k8s12_k8s17_showsNoValueOfASecret() throws Exception {
    Printed printed = door.kubectl("get", "secret", "db", "-o", "yaml");

    assertThat(printed.text())
        .contains("KioqKio=", "last-applied-configuration")
        .doesNotContain(Samples.PASSWORD, Samples.PASSWORD_BASE64);
  }

  @Test
  void k8s33_masksConfigMapsAndEnvironments() throws Exception {
    Printed map = door.kubectl("get", "configmap", "settings", "-o", "yaml");
    Printed pod = door.kubectl("get", "pod", "web-1", "-o", "yaml");

    assertThat(map.text())
        .contains("LOG_LEVEL: info", "port: 8080", "DB_PASSWORD: '*****'")
        .doesNotContain(Samples.PASSWORD, Samples.base64("password=" + Samples.PASSWORD));
    assertThat(pod.text()).contains("value: info").doesNotContain(Samples.PASSWORD);
  }

  @Test
  void k8s32_masksLinesOfLogs() throws Exception {
    Printed printed = door.kubectl("logs", "web-1");

    assertThat(printed.text())
        .contains("listening on :8080", "postgres://*****@db.prod:5432/shop", "GET /cart 200 12ms")
        .doesNotContain(Samples.PASSWORD);
  }

  @Test
  void k8s23_refusesToDeleteANamespaceAndSaysWhy() throws Exception {
    Printed printed = door.kubectl("delete", "ns", "prod");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains(
            "Forbidden", "blocked by policy KUB-4 (not by agents)", "Ask the cluster's owner.");
    assertThat(door.kubectl("get", "ns", "prod").exit()).isZero();
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
              - {name: a, image: "images.example/a:1", securityContext: {privileged: true}}
            """);

    Printed printed = door.kubectl("apply", "-f", manifest);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("blocked by policy KUB-4", "spec.containers[0].securityContext.privileged");
    assertThat(door.kubectl("get", "pod", "root").text()).contains("not found");
  }

  @Test
  void k8s19_judgesWhatAPatchMakesOfTheObject() throws Exception {
    Printed printed =
        door.kubectl(
            "patch",
            "deployment",
            "web",
            "--type=json",
            "-p",
            "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/securityContext\","
                + "\"value\":{\"privileged\":true}}]");

    assertThat(printed.text()).contains("blocked by policy KUB-4", "securityContext.privileged");
  }

  @Test
  void gw17_holdsAScaleAndShowsWhatItChanges() throws Exception {
    Process scale = door.start("scale", "deployment", "web", "--replicas=5");

    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(asked.command().text())
        .startsWith("PATCH /apis/apps/v1/namespaces/prod/deployments/web/scale")
        .contains("\"replicas\" : 5", "Body-SHA-256: ");
    assertThat(asked.exhibits().getFirst().content())
        .contains("-    \"replicas\" : 3", "+    \"replicas\" : 5");
    assertThat(scale.isAlive()).isTrue();
    asked.approve();

    Printed printed = OpenDoor.finish(scale);
    assertThat(printed.text()).contains("deployment.apps/web scaled", "approved by bob");
    assertThat(door.kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}").text())
        .isEqualTo("5");
    door.kubectl("get", "pods");
    assertThat(door.journal.of(Event.ApprovalAnswered.class)).hasSize(1);
  }

  @Test
  void k8s24_sendsTheGatewaysCredentialAndTheSubjectsName() throws Exception {
    Printed printed = door.kubectl("get", "pods", "--as=admin", "--as-group=system:masters");

    assertThat(printed.text()).contains("blocked by policy KUB-4");
    assertThat(door.cluster.seen())
        .isNotEmpty()
        .allSatisfy(
            seen -> {
              assertThat(seen.fields().values("authorization"))
                  .containsExactly("Bearer " + OpenDoor.UPSTREAM_TOKEN);
              assertThat(seen.fields().values("impersonate-user")).containsExactly("agent-7");
              assertThat(seen.fields().values("impersonate-group")).containsExactly("ai-agents");
            });
  }
}
