package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.verdict.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway does at the cluster before a human has said yes, and what it looks at again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PreviewIT {

  private static final String HELD = "/api/v1/namespaces/held/";
  private static final String JSON = "Content-Type: application/json\r\n";

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private static RawConnection begin(String method, String path, String fields, String body)
      throws Exception {
    RawConnection connection = door.connect();
    connection.send(RawConnection.request(method + " /k8s/" + path, fields, body));
    return connection;
  }

  private static void map(String name, String labels) {
    door.cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: held, labels: {%s}}}"
            .formatted(name, labels));
  }

  private static String get(String name) throws Exception {
    try (RawConnection connection = begin("GET", "prod-eu" + HELD + "configmaps/" + name, "", "")) {
      return connection.answer();
    }
  }

  private static List<String> changes() {
    return door.seen.stream()
        .filter(seen -> !seen.method().equals("GET"))
        .map(seen -> seen.method() + " " + seen.target())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"configmaps/kept", "configmaps"})
  void k8s41_readsTheOptionsOfADeletionWhereTheServerReadsThem(String path) throws Exception {
    map("kept", "a: b");

    try (RawConnection connection =
        begin(
            "DELETE",
            "prod-eu" + HELD + path + "?dryRun=All",
            JSON,
            "{\"kind\":\"DeleteOptions\",\"propagationPolicy\":\"Background\"}")) {
      assertThat(connection.answer()).contains(" 400 ", "dryRun=All in the query");
    }

    assertThat(door.seen).isEmpty();
    assertThat(get("kept")).contains(" 200 ");
  }

  @Test
  void k8s41_takesADryRunThatBothPlacesAgreeOn() throws Exception {
    map("agreed", "a: b");
    String dry = "{\"kind\":\"DeleteOptions\",\"dryRun\":[\"All\"]}";

    for (String query : new String[] {"", "?dryRun=All"}) {
      try (RawConnection connection =
          begin("DELETE", "prod-eu" + HELD + "configmaps/agreed" + query, JSON, dry)) {
        connection.answer();
      }
    }

    assertThat(door.journal.of(Event.CommandDecided.class))
        .extracting(event -> ((CommandFacts.Kubernetes) event.facts()).request().dryRun())
        .containsExactly(true, true);
  }

  @Test
  void k8s23_showsWhichObjectsADeletionOfManyTakesAndTakesNoneBeforehand() throws Exception {
    map("one", "go: 'yes'");
    map("two", "go: 'yes'");
    map("other", "go: 'no'");

    try (RawConnection deletion =
        begin("DELETE", "prod-eu" + HELD + "configmaps?labelSelector=go%3Dyes", "", "")) {
      PaperApprovals.Asked asked = door.approvals.next();
      assertThat(asked.exhibits())
          .singleElement()
          .extracting(Exhibit::content)
          .isEqualTo("2 in all:\nheld/one\nheld/two");
      assertThat(changes()).isEmpty();
      asked.approve();
      assertThat(deletion.answer()).contains(" 200 ");
    }

    assertThat(get("one")).contains(" 404 ");
    assertThat(get("other")).contains(" 200 ");
    assertThat(changes()).hasSize(1);
  }

  @Test
  void gw17_asksAgainWhenADeletionOfManyWouldTakeAnother() throws Exception {
    map("three", "batch: x");

    try (RawConnection deletion =
        begin("DELETE", "prod-eu" + HELD + "configmaps?labelSelector=batch%3Dx", "", "")) {
      PaperApprovals.Asked asked = door.approvals.next();
      map("four", "batch: x");
      asked.approve();
      assertThat(deletion.answer()).contains(" 409 ", "no longer the one");
    }

    assertThat(get("three")).contains(" 200 ");
    assertThat(changes()).isEmpty();
  }

  @Test
  void k8s23_deletesNothingToFindOutWhatADeletionDoes() throws Exception {
    map("five", "a: b");

    try (RawConnection deletion = begin("DELETE", "prod-eu" + HELD + "configmaps/five", "", "")) {
      PaperApprovals.Asked asked = door.approvals.next();
      assertThat(asked.exhibits().getFirst().title()).isEqualTo("The object as it is");
      assertThat(changes()).isEmpty();
      asked.deny("no");
      assertThat(deletion.answer()).contains(" 403 ");
    }

    assertThat(get("five")).contains(" 200 ");
  }

  @Test
  void k8s21_mintsNoTokenBeforeAYes() throws Exception {
    door.cluster.create(
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: held}}");

    try (RawConnection request =
        begin(
            "POST",
            "prod-eu" + HELD + "serviceaccounts/robot/token",
            JSON,
            "{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{}}")) {
      PaperApprovals.Asked asked = door.approvals.next();
      assertThat(asked.exhibits().getFirst().content()).contains("\"ServiceAccount\"", "robot");
      assertThat(changes()).isEmpty();
      asked.deny("no");
      assertThat(request.answer()).contains(" 403 ");
    }

    assertThat(changes()).isEmpty();
  }

  @Test
  void gw17_overwritesNothingThatWasNotThereWhenItWasShown() throws Exception {
    try (RawConnection apply =
        begin(
            "PATCH",
            "prod-eu" + HELD + "configmaps/fresh?fieldManager=x",
            "Content-Type: application/apply-patch+yaml\r\n",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"fresh\"},"
                + "\"data\":{\"a\":\"agent\"}}")) {
      PaperApprovals.Asked asked = door.approvals.next();
      assertThat(asked.exhibits().getFirst().title()).isEqualTo("What is created, by a dry run");
      map("fresh", "a: b");
      asked.approve();
      assertThat(apply.answer()).contains(" 409 ");
    }

    assertThat(get("fresh")).doesNotContain("agent");
  }

  @ParameterizedTest
  @CsvSource({"403,Forbidden", "500,InternalError"})
  void gw17_takesAFailedLookForNoAnswer(int status, String reason) throws Exception {
    door.scripted.answers(
        status, "application/json", "{\"kind\":\"Status\",\"message\":\"not for you\"}");

    try (RawConnection deletion = begin("DELETE", "scripted" + HELD + "pods/a", "", "")) {
      assertThat(deletion.answer())
          .contains(" " + status + " ", reason)
          .doesNotContain("not for you");
    }

    assertThat(door.approvals.asked).isEmpty();
    assertThat(door.scripted.nextHeard()).startsWith("GET /api/v1/namespaces/held/pods/a ");
    assertThat(door.scripted.heard).isEmpty();
  }

  /** What an API server fills in, or leaves out, is judged too: nothing said of a scale is none. */
  @Test
  void seesHowManyAreToRunWhereTheRequestOrItsObjectDoesNotSay() throws Exception {
    door.cluster.create(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: held}, spec:"
            + " {replicas: 3}}");
    String web = "prod-eu/apis/apps/v1/namespaces/held/deployments/web";
    String dry = "?dryRun=All";
    String merge = "Content-Type: application/merge-patch+json\r\n";
    String name = "\"metadata\":{\"name\":\"web\",\"namespace\":\"held\"}";

    ask("PATCH", web + "/scale" + dry, merge, "{\"spec\":{\"replicas\":0}}");
    assertThat(lastJudged()).isEqualTo(new KubeRequest.Replicas(3, 0));
    ask("PUT", web + "/scale" + dry, JSON, "{\"kind\":\"Scale\"," + name + ",\"spec\":{}}");
    assertThat(lastJudged()).isEqualTo(new KubeRequest.Replicas(3, 0));
    ask("PUT", web + dry, JSON, "{\"kind\":\"Deployment\"," + name + ",\"spec\":{}}");
    assertThat(lastJudged()).isEqualTo(new KubeRequest.Replicas(3, 1));
  }

  private static void ask(String method, String path, String fields, String body) throws Exception {
    try (RawConnection connection = begin(method, path, fields, body)) {
      assertThat(connection.answer()).contains(" 200 ");
    }
  }

  private static KubeRequest.Replicas lastJudged() {
    KubeRequest request =
        ((CommandFacts.Kubernetes) door.journal.of(Event.CommandDecided.class).getLast().facts())
            .request();
    KubeRequest.Replicas replicas = request.details().replicas().orElseThrow();
    assertThat(request.body().traits()).contains(KubeRequest.Trait.SCALES_DOWN);
    assertThat(request.body().traits().contains(KubeRequest.Trait.NO_REPLICAS))
        .isEqualTo(replicas.after() == 0);
    return replicas;
  }

  @Test
  void gw17_recordsAChangeOfWhichNobodySeesHowManyRun() throws Exception {
    door.scripted.answers(
        403, "application/json", "{\"kind\":\"Status\",\"message\":\"not for you\"}");

    try (RawConnection change =
        begin(
            "PUT",
            "scripted/apis/apps/v1/namespaces/dev/deployments/web",
            JSON,
            "{\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":0}}")) {
      assertThat(change.answer()).contains(" 403 ");
    }

    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.verdict()).isEqualTo(Verdict.BLOCK);
              assertThat(event.text()).startsWith("PUT /apis/apps/v1/");
            });
    assertThat(door.scripted.nextHeard()).startsWith("GET ");
    assertThat(door.scripted.heard).isEmpty();
  }

  @Test
  void k8s21_looksAtThePodThatIsEvicted() throws Exception {
    door.cluster.create(
        "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: held}, spec: {containers:"
            + " []}}");

    try (RawConnection eviction =
        begin(
            "POST",
            "prod-eu" + HELD + "pods/web/eviction",
            JSON,
            "{\"kind\":\"Eviction\",\"apiVersion\":\"policy/v1\",\"metadata\":{\"name\":\"web\"}}")) {
      PaperApprovals.Asked asked = door.approvals.next();
      assertThat(asked.exhibits()).extracting(Exhibit::title).contains("The object as it is");
      asked.deny("no");
      assertThat(eviction.answer()).contains(" 403 ");
    }
  }
}
