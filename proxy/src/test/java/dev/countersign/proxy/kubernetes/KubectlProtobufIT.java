package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stock kubectl makes itself, and sends in Protobuf. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KubectlProtobufIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What a server fills in. */
  private static final Set<String> FILLED_IN =
      Set.of("uid", "resourceVersion", "creationTimestamp", "namespace");

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private static Printed kubectl(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("-n", "dev"));
    words.addAll(List.of(command.split(" ")));
    return door.kubectl(words.toArray(String[]::new));
  }

  private static KubeRequest judged(KubeRequest.Verb verb) {
    return door.journal.of(Event.CommandDecided.class).stream()
        .map(event -> ((CommandFacts.Kubernetes) event.facts()).request())
        .filter(request -> request.verb() == verb)
        .reduce((before, last) -> last)
        .orElseThrow(() -> new AssertionError("nothing of it was judged"));
  }

  /** Ours: the cluster gets what kubectl says that it would send. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "namespace made",
        "configmap plain --from-literal=a=1 --from-literal=b.c=ü",
        "configmap binary --from-file=/usr/bin/env",
        "secret generic keys --from-literal=password=guess --from-literal=user=shop",
        "secret docker-registry registry --docker-username=a --docker-password=b",
        "serviceaccount builder",
        "service clusterip front --tcp=80:8080",
        "service nodeport node --tcp=80:http --node-port=30080",
        "service externalname outside --external-name=example.com",
        "deployment front --image=images.example/a:1 --replicas=0 --port=80",
        "deployment pair --image=images.example/a:1 --image=images.example/b:1",
        "job once --image=images.example/a:1 -- sh -c true",
        "cronjob nightly --image=images.example/a:1 --schedule=0_0_*_*_* --restart=Never",
        "ingress shop --rule=shop.example/cart*=front:80,tls=cert --annotation=a=b --class=nginx",
        "ingress plain --default-backend=front:http --rule=shop.example/=front:80,tls",
        "poddisruptionbudget some --selector=app=a --min-available=1",
        "poddisruptionbudget most --selector=app=a --max-unavailable=50%",
        "priorityclass high --value=-1000 --description=none --preemption-policy=Never",
        "quota small --hard=cpu=1,memory=1Gi,pods=2 --scopes=BestEffort",
      })
  void k8s15_createsWhatItWouldPrint(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("-n", "dev", "create"));
    for (String word : arguments.split(" ", -1)) {
      command.add(word.replace('_', ' '));
    }

    Printed made = door.kubectl(with(command, "-o", "name"));

    assertThat(made.exit()).as(made.text()).isZero();
    String[] name = made.text().strip().split("/", -1);
    assertThat(kubectl("get " + name[0]).text()).contains(name[1]);
    JsonNode stored = said(kubectl("get " + name[0] + " " + name[1] + " -o json").text());
    JsonNode printed = said(door.kubectl(with(command, "--dry-run=client", "-o", "json")).text());
    assertThat(stored).isEqualTo(printed);
    assertThat(door.seen)
        .filteredOn(seen -> seen.method().equals("POST"))
        .allSatisfy(
            seen -> assertThat(seen.fields().first("content-type")).contains("application/json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role reader --verb=get,list --resource=pods,deployments.apps --resource-name=a",
        "clusterrole paths --verb=get --non-resource-url=/logs/*",
        "clusterrole sum --aggregation-rule=a=b",
        "rolebinding own --clusterrole=admin --serviceaccount=dev:builder --group=ai-agents",
        "clusterrolebinding all --clusterrole=cluster-admin --user=agent-7",
      })
  void k8s11_blocksAGrantOfRightsAndRecordsIt(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("-n", "dev", "create"));
    command.addAll(List.of(arguments.split(" ")));

    Printed printed = door.kubectl(command.toArray(String[]::new));

    assertThat(printed.text()).contains("blocked by policy KUB-4");
    assertThat(judged(KubeRequest.Verb.CREATE).body().traits()).contains(Trait.GRANTS_RIGHTS);
    assertThat(door.seen).noneSatisfy(seen -> assertThat(seen.method()).isEqualTo("POST"));
    assertThat(said(recorded("POST")))
        .isEqualTo(said(door.kubectl(with(command, "--dry-run=client", "-o", "json")).text()));
  }

  /** The body of what was judged last. */
  private static String recorded(String method) {
    return door.journal.of(Event.CommandDecided.class).stream()
        .map(Event.CommandDecided::text)
        .filter(text -> text.startsWith(method))
        .reduce((before, last) -> last)
        .map(text -> text.substring(text.indexOf("\n\n")))
        .orElseThrow(() -> new AssertionError("nothing of it was recorded"));
  }

  private static String[] with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    // In front of what a job runs.
    all.addAll(2, List.of(more));
    return all.toArray(String[]::new);
  }

  /** An object without what is empty and what a server fills in. */
  private static JsonNode said(String object) throws Exception {
    JsonNode read = JSON.readTree(object);
    ((ObjectNode) read.path("metadata")).remove(FILLED_IN);
    return shortened(read);
  }

  private static JsonNode shortened(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> shortened(field.getValue()));
      object.removeIf(KubectlProtobufIT::isEmpty);
    } else if (node instanceof ArrayNode array) {
      array.forEach(KubectlProtobufIT::shortened);
    }
    return node;
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isNumber() && value.asLong() == 0)
        || (value.isBoolean() && !value.booleanValue());
  }

  @Test
  void k8s37_seesWhatIsInAnObjectOfProtobuf() throws Exception {
    kubectl("create secret generic seen --from-literal=password=guess --from-literal=user=shop");
    assertThat(judged(KubeRequest.Verb.CREATE).body().secretKeys())
        .containsExactlyInAnyOrder("password", "user");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .noneSatisfy(event -> assertThat(event.text()).contains(Samples.base64("guess")));

    kubectl("create deployment none --image=images.example/a:1 --replicas=0");
    assertThat(judged(KubeRequest.Verb.CREATE).body().traits())
        .contains(Trait.NO_REPLICAS, Trait.NO_LIMITS);
    assertThat(judged(KubeRequest.Verb.CREATE).body().images())
        .containsExactly("images.example/a:1");

    kubectl("create namespace plain");
    assertThat(judged(KubeRequest.Verb.CREATE).body()).isEqualTo(KubeRequest.Body.NONE);
  }

  @Test
  void k8s37_blocksTheShellOnANode() throws Exception {
    door.cluster.create("{apiVersion: v1, kind: Node, metadata: {name: n1}}");

    Printed printed = kubectl("debug node/n1 --image=images.example/a:1 --profile=sysadmin");

    assertThat(printed.text())
        .contains("blocked by policy KUB-4", "spec.containers[0].securityContext.privileged");
    assertThat(judged(KubeRequest.Verb.CREATE).body().traits())
        .contains(Trait.PRIVILEGED, Trait.HOST_NAMESPACE, Trait.HOST_PATH);
  }

  /** Ours: other commands that make an object. */
  @ParameterizedTest
  @CsvSource({
    "autoscale deployment web --max=3,horizontalpodautoscalers.autoscaling",
    "expose pod seen --port=80 --name=shown,services",
    "debug seen --copy-to=copy --image=images.example/b:1 --same-node,pods",
  })
  void judgesWhateverKubectlMakes(String command, String object) throws Exception {
    door.cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: seen, namespace: dev, labels: {app: seen}}
        spec: {containers: [{name: a, image: "images.example/a:1"}]}
        """);
    door.cluster.create(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: dev}}");

    assertThat(kubectl(command).text()).doesNotContain("read in", "blocked", "415");

    assertThat(judged(KubeRequest.Verb.CREATE).target().object()).isEqualTo(object);
  }

  @Test
  void tellsWhatOneMayDoAndWhoOneIs() throws Exception {
    assertThat(kubectl("auth can-i create pods").text()).isEqualTo("yes\n");
    assertThat(kubectl("auth can-i create unicorns.example").text()).endsWith("no\n");
    assertThat(kubectl("auth can-i --list").text()).contains("Resources", "*.*");
    assertThat(kubectl("auth whoami").text()).contains("agent-7", "ai-agents");
  }

  @Test
  void k8s11_asksForATokenByTheSameRuleAsInJson() throws Exception {
    Printed printed = kubectl("create token builder --duration=10m");

    assertThat(printed.text()).contains("blocked by policy KUB-4");
    assertThat(judged(KubeRequest.Verb.CREATE).target().object())
        .isEqualTo("serviceaccounts/token");
    assertThat(judged(KubeRequest.Verb.CREATE).body().traits()).contains(Trait.GRANTS_RIGHTS);
  }

  @Test
  void k8s11_fillsNoSecretWithATokenAsInJson() throws Exception {
    Printed printed =
        kubectl("create secret generic lasting --type=kubernetes.io/service-account-token");

    assertThat(printed.text()).contains("K8S-TOKEN", "kubectl create token");
    assertThat(door.seen).noneSatisfy(seen -> assertThat(seen.method()).isEqualTo("POST"));
  }

  @Test
  void k8s11_holdsAndHandsOverATokenAsInJson() throws Exception {
    Process create =
        door.start("-n", ShopPolicy.HELD, "create", "token", "builder", "--audience=own");

    PaperApprovals.Asked asked = door.approvals.next();
    assertThat(asked.command().text())
        .contains("POST /api/v1/namespaces/held/serviceaccounts/builder/token")
        .contains("Content-Type: application/json", "\"audiences\" : [ \"own\" ]");
    asked.approve();

    Printed printed = OpenDoor.finish(create);
    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text()).contains("eyJhbGciOiJub25lIn0.");
    assertThat(door.seen)
        .filteredOn(seen -> seen.method().equals("POST"))
        .hasSize(1)
        .allSatisfy(
            seen -> assertThat(seen.fields().first("content-type")).contains("application/json"));
  }

  @Test
  void k8s24_evictsPodsAndDeletesThem() throws Exception {
    door.cluster.create("{apiVersion: v1, kind: Node, metadata: {name: n2}}");
    door.cluster.create("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: dev}}");

    Printed drained = kubectl("drain n2 --force --grace-period=3 --timeout=30s");

    assertThat(drained.exit()).as(drained.text()).isZero();
    assertThat(drained.text()).contains("pod/a evicted");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(
            event ->
                assertThat(event.text())
                    .startsWith("POST /api/v1/namespaces/dev/pods/a/eviction")
                    .contains("\"kind\" : \"Eviction\"", "\"gracePeriodSeconds\" : 3"));

    door.cluster.create("{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: dev}}");
    Printed deleted = kubectl("drain n2 --force --disable-eviction --grace-period=3 --timeout=30s");

    assertThat(deleted.exit()).as(deleted.text()).isZero();
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(
            event ->
                assertThat(event.text())
                    .startsWith("DELETE /api/v1/namespaces/dev/pods/b")
                    .contains("\"kind\" : \"DeleteOptions\"", "\"gracePeriodSeconds\" : 3"));
  }

  @Test
  void approvesACertificateAsInJson() throws Exception {
    door.cluster.create(
        """
        apiVersion: certificates.k8s.io/v1
        kind: CertificateSigningRequest
        metadata: {name: agent}
        spec: {request: aGVsbG8=, signerName: example.com/own, usages: [client auth]}
        """);

    Printed printed = kubectl("certificate approve agent");

    assertThat(printed.text()).contains("blocked by policy KUB-4");
    assertThat(judged(KubeRequest.Verb.UPDATE).target().object())
        .isEqualTo("certificatesigningrequests.certificates.k8s.io/approval");
    assertThat(
            door.journal.of(Event.CommandDecided.class).stream()
                .map(Event.CommandDecided::text)
                .filter(text -> text.startsWith("PUT"))
                .findFirst())
        .hasValueSatisfying(
            text -> assertThat(text).contains("\"type\" : \"Approved\"", "\"aGVsbG8=\""));
  }
}
