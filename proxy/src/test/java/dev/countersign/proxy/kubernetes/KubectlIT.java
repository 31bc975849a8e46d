package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock kubectl through the door. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KubectlIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  @Test
  void getsInWithItsOwnCredential() throws Exception {
    assertThat(ClusterCheck.version(door.upstream))
        .isEqualTo("Kubernetes v1.32.0+countersign.in.memory");
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
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .as("what was sent is counted")
        .anySatisfy(event -> assertThat(event.bytes()).isGreaterThan(500));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get secret db -o yaml",
        "get secret db -o json",
        "get secret db -o jsonpath={.data.password}",
        "get secrets -o yaml",
        "get secrets -A -o json",
        "get secrets -A",
        "get secrets --field-selector metadata.name=db -o yaml",
        "describe secret db",
        "get secret db -o yaml --show-managed-fields",
        "annotate secret db seen=yes --overwrite -o yaml",
        "label secret db seen=yes --overwrite -o json",
        "annotate secret db other=yes --overwrite --dry-run=server -o yaml",
        "get --raw /k8s/prod-eu/api/v1/namespaces/prod/secrets/db",
        "get --raw /k8s/prod-eu/api/v1/namespaces/prod/secrets?limit=1",
      })
  void k8s12_k8s17_showsNoSecretInAnyForm(String command) throws Exception {
    Printed printed = door.kubectl(command.split(" "));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text())
        .doesNotContain(Samples.PASSWORD, Samples.PASSWORD_BASE64, "c2hvcA==")
        .containsAnyOf("KioqKio=", "db", "password");
    assertThat(door.journal.of(Event.ContentRecorded.class))
        .noneSatisfy(event -> assertThat(event.content()).contains(Samples.PASSWORD_BASE64));
  }

  @Test
  void k8s12_masksWhatAWatchBrings() throws Exception {
    Process watch = door.start("get", "secrets", "--watch", "-o", "yaml");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(until(lines, "uid:")).contains("KioqKio=").doesNotContain(Samples.PASSWORD_BASE64);
      door.cluster.create(
          "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: prod}, data: {password: %s}}"
              .formatted(Samples.PASSWORD_BASE64));

      assertThat(until(lines, "uid:")).contains("KioqKio=").doesNotContain(Samples.PASSWORD_BASE64);
    } finally {
      watch.destroy();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(door.journal.of(Event.SessionClosed.class))
                    .anySatisfy(end -> assertThat(end.reason()).isEqualTo("the stream has ended")));
  }

  private static String until(BufferedReader lines, String end) throws Exception {
    StringBuilder text = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      text.append(line).append('\n');
      if (line.contains(end)) {
        return text.toString();
      }
    }
    throw new AssertionError("the watch ends: " + text);
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
  void followsALogWithoutWaitingForItsEnd() throws Exception {
    Process log = door.start("logs", "-f", "web-1");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(log.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(until(lines, "GET /cart")).contains("listening").doesNotContain(Samples.PASSWORD);
    } finally {
      log.destroy();
    }
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

  @ParameterizedTest
  @ValueSource(strings = {"apply", "apply --server-side", "create"})
  void bringsWhatIsAllowed(String how) throws Exception {
    String name = "box-" + how.length();
    String manifest =
        door.file(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s}
            data: {LEVEL: info}
            """
                .formatted(name));

    Printed printed = door.kubectl((how + " -f " + manifest).split(" "));

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.kubectl("get", "cm", name, "-o", "jsonpath={.data.LEVEL}").text())
        .isEqualTo("info");
    assertThat(door.kubectl("apply", "--server-side", "--force-conflicts", "-f", manifest).exit())
        .isZero();
    assertThat(door.kubectl("delete", "cm", name).exit()).isZero();
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
    assertThat(door.approvals.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(asked.id() + " executed");
    assertThat(door.kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}").text())
        .isEqualTo("5");
    door.kubectl("get", "pods");
    assertThat(door.journal.of(Event.ApprovalAnswered.class)).hasSize(1);
  }

  @Test
  void refusesAtOnceAndAnswersWhoComesAgain() throws Exception {
    String[] scale = {"scale", "deployment", "web", "--replicas=9"};

    assertThat(door.impatient(scale).text())
        .contains("Forbidden", "waiting for approval AP-", "send the same command again");
    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(door.impatient(scale).text()).contains("waiting for approval " + asked.id());
    asked.approve();

    assertThat(door.impatient(scale).text()).contains("web scaled", "approved by bob");
    assertThat(door.approvals.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(asked.id() + " executed");
    assertThat(door.impatient(scale).text()).as("a yes is good once").contains("waiting for");
    assertThat(door.approvals.asked).hasSize(1);
  }

  @Test
  void k8s19_putsTheDryRunOnTheRecordBeforeItIsSent() throws Exception {
    door.seen.clear();

    door.kubectl("label", "pod", "web-1", "tier=front", "--overwrite");

    var decided =
        door.journal.of(Event.CommandDecided.class).stream()
            .map(Event.CommandDecided::text)
            .filter(text -> text.startsWith("PATCH"))
            .toList();
    assertThat(decided).hasSize(2);
    assertThat(decided.getFirst()).contains("dryRun=All");
    assertThat(decided.getLast()).doesNotContain("dryRun");
    assertThat(door.seen.stream().filter(seen -> seen.method().equals("PATCH"))).hasSize(2);
  }

  @Test
  void asksNobodyAboutWhatTheClusterRefusesAnyway() throws Exception {
    Printed printed = door.kubectl("scale", "deployment", "nowhere", "--replicas=2");

    assertThat(printed.text()).contains("not found");
    assertThat(door.approvals.asked).isEmpty();
  }

  @Test
  void tellsWhoseNoItWas() throws Exception {
    Process scale = door.start("scale", "deployment", "web", "--replicas=50");

    door.approvals.next().deny("not on a Friday");

    assertThat(OpenDoor.finish(scale).text()).contains("denied by bob: not on a Friday");
  }

  @Test
  void withdrawsWhatNobodyWaitsForAnyMore() throws Exception {
    Process scale = door.start("scale", "deployment", "web", "--replicas=7");
    String id = door.approvals.next().id();

    scale.destroy();

    assertThat(door.approvals.withdrawn.poll(30, TimeUnit.SECONDS)).isEqualTo(id);
  }

  @Test
  void k8s05_recordsATerminalBothWays() throws Exception {
    Path typed = Path.of(door.file("whoami\nexit\n"));
    Process exec = door.start(typed.toFile(), "exec", "-i", "web-1", "--", "sh");

    assertThat(OpenDoor.finish(exec).text()).contains("root");
    assertThat(door.recorded(Stream.INPUT)).contains("whoami");
    assertThat(door.recorded(Stream.OUTPUT)).contains("/ # ", "root");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(
            event -> assertThat(event.text()).contains("pods/web-1/exec?").contains("command=sh"));
  }

  @Test
  void k8s05_recordsWhatIsTypedIntoWhatRunsAlready() throws Exception {
    Path typed = Path.of(door.file("whoami\nexit\n"));

    Printed attached = OpenDoor.finish(door.start(typed.toFile(), "attach", "-i", "web-1"));

    assertThat(attached.text()).contains("root");
    assertThat(door.recorded(Stream.INPUT)).contains("whoami");
    assertThat(door.recorded(Stream.OUTPUT)).contains("root");
  }

  @Test
  void k8s09_passesAPortForwardOnAndCountsIt() throws Exception {
    Process forward = door.start("port-forward", "pod/web-1", ":8080");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(forward.getInputStream(), StandardCharsets.UTF_8))) {
      String told = until(lines, "127.0.0.1:");
      int port = Integer.parseInt(told.replaceFirst("(?s).*127.0.0.1:(\\d+) .*", "$1"));
      try (Socket local = new Socket(InetAddress.getLoopbackAddress(), port)) {
        local.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(door.cluster.forwarded()).isPositive());
      }
    } finally {
      forward.destroy();
    }

    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(event -> assertThat(event.text()).contains("pods/web-1/portforward"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(door.recorded(Stream.REPORT)).containsPattern("[1-9]\\d* bytes sent"));
  }

  @Test
  void k8s05_judgesACommandByAllOfItsWords() throws Exception {
    assertThat(door.kubectl("exec", "web-1", "--", "echo", "hello").text()).contains("hello");
    assertThat(door.kubectl("exec", "web-1", "--", "echo", "a", "rm").text())
        .contains("blocked by policy KUB-4");
  }

  @Test
  void k8s05_endsATerminalThatIsTooLongToRecord() throws Exception {
    Path much = Path.of(door.file("rm -rf / # not a word unrecorded\n".repeat(4_000)));

    Printed printed =
        OpenDoor.finish(door.start(much.toFile(), "exec", "-i", "web-1", "--", "cat"));

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("the gateway records all", "kubectl cp");
    assertThat(door.recorded(Stream.INPUT).length())
        .isLessThan(OpenDoor.LONGEST_TERMINAL + (1 << 20));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(door.recorded(Stream.REPORT)).contains("ended by the gateway"));
  }

  @Test
  void k8s05_copiesAFileOfAnySizeAndRecordsItsDigest() throws Exception {
    Path much = Path.of(door.file("a line of a file\n".repeat(20_000)));

    Printed printed = door.kubectl("cp", much.toString(), "web-1:/tmp/copy");

    assertThat(printed.exit()).as(printed.text()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(door.recorded(Stream.REPORT))
                    .containsPattern(
                        "recorded up to 20000 characters; in all: input \\d{6} bytes with the"
                            + " SHA-256 [0-9a-f]{64}"));
    assertThat(door.recorded(Stream.INPUT).length()).isLessThan(20_000 + (1 << 20));
  }

  @Test
  void k8s24_sendsTheGatewaysCredentialAndTheSubjectsName() throws Exception {
    Printed printed = door.kubectl("get", "pods", "--as=admin", "--as-group=system:masters");
    door.kubectl("get", "pods");

    assertThat(printed.text()).contains("blocked by policy KUB-4");
    assertThat(door.seen)
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
