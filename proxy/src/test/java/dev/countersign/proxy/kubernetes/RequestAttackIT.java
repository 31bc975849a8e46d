package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that stock kubectl does not make, through the door. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestAttackIT {

  private static final String POD =
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":["
          + "{\"name\":\"a\",\"image\":\"i\"}]}}";

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  @Test
  void gw40_whoTriesTooOftenIsToldToWaitAndAGoodTokenGetsInMeanwhile() throws Exception {
    String pods = "GET /k8s/prod-eu/api/v1/namespaces/dev/pods";
    door.tireOfStrangers();

    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request("wrong", pods, "", ""));

      assertThat(connection.answer())
          .contains(" 429 ", "\"reason\":\"TooManyRequests\"", "try again in")
          .doesNotContain("Retry-After");
    }
    assertThat(door.journal.of(Event.SessionRefused.class)).isEmpty();
    assertThat(ask("GET", "/api/v1/namespaces/dev/pods")).contains(" 200 ");
  }

  @BeforeEach
  void forget() {
    door.seen.clear();
    door.journal.clear();
  }

  private static String ask(String method, String path) throws Exception {
    return ask(method, path, "", "");
  }

  private static String ask(String method, String path, String fields, String body)
      throws Exception {
    try (RawConnection connection = door.connect()) {
      connection.send(RawConnection.request(method + " /k8s/prod-eu" + path, fields, body));
      return connection.answer();
    }
  }

  private static List<KubeRequest> judged() {
    return door.journal.of(Event.CommandDecided.class).stream()
        .map(event -> ((CommandFacts.Kubernetes) event.facts()).request())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/nodes/n/proxy/exec/prod/web-1/web?command=id",
        "/api/v1/nodes/n/proxy/run/prod/web-1/web",
        "/api/v1/nodes/n/proxy/logs/",
        "/api/v1/nodes/n/proxy/configz",
        "/api/v1/nodes/n/proxy/pods",
        "/api/v1/nodes/n/proxy/metrics/../pods",
        "/api/v1/nodes/n/proxy/metricsx",
        "/api/v1/nodes/n/proxy",
      })
  void k8s07_closesTheWayToKubelets(String path) throws Exception {
    assertThat(ask("GET", path)).doesNotContain("200 ");
    assertThat(door.seen).isEmpty();
  }

  @Test
  void k8s07_leavesMetricsOpenForReading() throws Exception {
    ask("GET", "/api/v1/nodes/n/proxy/metrics");
    assertThat(ask("POST", "/api/v1/nodes/n/proxy/metrics")).contains("K8S-PROXY");

    assertThat(door.seen)
        .singleElement()
        .satisfies(seen -> assertThat(seen.target()).isEqualTo("/api/v1/nodes/n/proxy/metrics"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/api/v1/namespaces/prod/services/https:db:443/proxy/",
    "POST,/api/v1/namespaces/prod/services/db/proxy/metrics",
    "DELETE,/api/v1/namespaces/prod/pods/web-1:8080/proxy/admin",
    "GET,/api/v1/namespaces/prod/pods/web-1/proxy/metrics",
    "GET,/api/v1/proxy/namespaces/prod/services/db/",
  })
  void k8s08_closesTheWayToWhatListensInside(String method, String path) throws Exception {
    assertThat(ask(method, path)).containsAnyOf("K8S-PROXY", " 400 ");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?watch", "?watch=no", "?watch=2", "?watch=1"})
  void k8s13_watchesWheneverTheServerDoes(String query) throws Exception {
    try (RawConnection connection = door.connect()) {
      connection.send(
          RawConnection.request("GET /k8s/prod-eu/api/v1/namespaces/prod/secrets" + query, "", ""));

      assertThat(connection.until("\n")).startsWith("HTTP/1.1 200 ");
      assertThat(connection.until("\"ADDED\"")).doesNotContain(Samples.PASSWORD_BASE64);
      assertThat(connection.until("}}\n")).contains("KioqKio=");
    }
    assertThat(judged()).extracting(KubeRequest::verb).containsExactly(KubeRequest.Verb.WATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?watch=false&watch=true",
        "?limit=1&limit=2",
        "?dryRun=All&dryRun=",
        "?dryRun=",
        "?dryRun=Some",
        "?exact=true",
        "?export=1",
        "?unknown",
        "?%77atch=false&watch=true",
        "?watch=false;watch=true",
        "?dryRun=All",
      })
  void k8s13_k8s41_refusesQueriesThatAreReadInTwoWays(String query) throws Exception {
    assertThat(ask("GET", "/api/v1/namespaces/prod/secrets" + query)).contains(" 400 ");
    assertThat(door.seen).isEmpty();
  }

  @Test
  void k8s41_judgesADryRunByItsVerbAndMasksWhatItSays() throws Exception {
    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/prod/secrets/db?dryRun=All&pretty=true",
            "Content-Type: application/merge-patch+json\r\n",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

    assertThat(answer)
        .contains(" 200 ", "KioqKio=")
        .doesNotContain(Samples.PASSWORD, Samples.PASSWORD_BASE64);
    assertThat(judged()).extracting(KubeRequest::verb).containsOnly(KubeRequest.Verb.PATCH);
  }

  /** Ours: kubectl create --raw says nothing of its body, and an API server reads JSON then. */
  @Test
  void readsABodyThatDoesNotSayWhatItIs() throws Exception {
    String name = POD.replace("\"a\"},\"spec\"", "\"untyped\"},\"spec\"");

    assertThat(ask("POST", "/api/v1/namespaces/dev/pods", "", name)).contains(" 201 ");
    assertThat(ask("POST", "/api/v1/namespaces/dev/pods", "", "k8s\0" + POD)).contains(" 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/cbor",
        "application/apply-patch+cbor",
        "text/plain",
        "multipart/form-data; boundary=a",
      })
  void k8s15_takesNoBodyThatIsNotRead(String type) throws Exception {
    String answer =
        ask("POST", "/api/v1/namespaces/dev/pods", "Content-Type: " + type + "\r\n", "k8s\0" + POD);

    assertThat(answer).contains(" 415 ", "UnsupportedMediaType");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.kubernetes.protobuf",
        "application/vnd.kubernetes.protobuf;stream=watch",
        "application/vnd.kubernetes.protobuf, application/json;q=0.1",
        "application/cbor, */*",
      })
  void k8s15_asksForJsonWhateverIsWanted(String accept) throws Exception {
    String answer =
        ask("GET", "/api/v1/namespaces/prod/secrets/db", "Accept: " + accept + "\r\n", "");

    assertThat(answer).contains("KioqKio=").doesNotContain(Samples.PASSWORD_BASE64);
    assertThat(door.seen.getFirst().fields().first("accept").orElseThrow())
        .startsWith("application/json")
        .doesNotContain("protobuf", "cbor");
  }

  private static String protobuf(String method, String path, String body) throws Exception {
    return ask(method, path, "Content-Type: application/vnd.kubernetes.protobuf\r\n", body);
  }

  /** With what an object of the core is around it, of a kind of three letters. */
  private static String wrapped(String kind, String raw) {
    return "k8s\0\n\11\n\2v1\22\3" + kind + "\22" + (char) raw.length() + raw + "\32\0\"\0";
  }

  @Test
  void k8s15_saysWhatToDoInsteadOfProtobufThatIsNotRead() throws Exception {
    String answer = protobuf("POST", "/apis/example.com/v1/owns", wrapped("Own", ""));

    assertThat(answer).contains(" 415 ", "--dry-run=client -o yaml | kubectl create -f -");
    assertThat(door.seen).isEmpty();
  }

  /** Ours: an API server merges the messages of one field, and of its values takes the last. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // A specification, and another with a container: what a reader of one of them misses.
        "\22\0\22\5\22\3\n\1a",
        // hostNetwork: no, and yes.
        "\22\4\130\0\130\1",
        // hostNetwork: two, which Go takes for yes.
        "\22\2\130\2",
        // A field with the number 2^32 + 2, which Go takes for the second.
        "\222\200\200\200\200\1\2\130\1",
      })
  void k8s15_k8s37_takesNoProtobufThatIsReadInTwoWays(String pod) throws Exception {
    assertThat(protobuf("POST", "/api/v1/namespaces/dev/pods", wrapped("Pod", pod)))
        .containsAnyOf(" 400 ", " 415 ");
    assertThat(door.seen).isEmpty();
    assertThat(judged()).isEmpty();
  }

  @Test
  void k8s15_k8s37_seesThroughProtobuf() throws Exception {
    protobuf(
        "POST", "/api/v1/namespaces/dev/pods?dryRun=All", wrapped("Pod", "\n\3\n\1a\22\2\130\1"));

    assertThat(judged().getFirst().body().fields())
        .containsEntry(KubeRequest.Trait.HOST_NAMESPACE, "spec.hostNetwork");
    assertThat(door.seen.getFirst().fields().first("content-type")).contains("application/json");
  }

  @Test
  void k8s15_takesEachBodyForWhatItSaysItIs() throws Exception {
    String pods = "/api/v1/namespaces/dev/pods";
    assertThat(protobuf("POST", pods, POD)).contains(" 400 ");
    assertThat(protobuf("POST", pods, "k8s\0" + POD)).containsAnyOf(" 400 ", " 415 ");
    assertThat(ask("POST", pods, "Content-Type: application/json\r\n", wrapped("Pod", "\n\3\n\1a")))
        .contains(" 400 ");
    assertThat(
            ask(
                "POST",
                pods,
                "Content-Type: application/vnd.kubernetes.protobuf\r\nContent-Encoding: gzip\r\n",
                wrapped("Pod", "\n\3\n\1a")))
        .contains(" 400 ");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: {password: Z3Vlc3M=}", "stringData: {password: guess}"})
  void k8s19_tellsNoHiddenValueByAConflict(String values) throws Exception {
    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/prod/secrets/db?fieldManager=x&dryRun=All",
            "Content-Type: application/apply-patch+yaml\r\n",
            "{apiVersion: v1, kind: Secret, metadata: {name: db}, %s}".formatted(values));

    assertThat(answer).contains(" 403 ", "K8S-CONFLICT");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"op\":\"copy\",\"from\":\"/data/password\",\"path\":\"/metadata/annotations/x\"}]",
        "[{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/metadata/annotations\"}]",
        "[{\"op\":\"move\",\"from\":\"/data/password\",\"path\":\"/metadata/labels/x\"}]",
      })
  void k8s19_copiesNoHiddenValueToWhereItIsShown(String patch) throws Exception {
    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/prod/secrets/db",
            "Content-Type: application/json-patch+json\r\n",
            patch);

    assertThat(answer).contains(" 403 ", "K8S-COPY");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH | application/merge-patch+json | {\"data\":{\"password\":\"Z3Vlc3M=\"}}",
        "PATCH | application/json-patch+json |"
            + " [{\"op\":\"replace\",\"path\":\"/data/password\",\"value\":\"Z3Vlc3M=\"}]",
        "PATCH | application/json-patch+json |"
            + " [{\"op\":\"replace\",\"path\":\"\",\"value\":{\"stringData\":{\"password\":\"guess\"}}}]",
        "PUT | application/json |"
            + " {\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"stringData\":{\"password\":\"guess\"}}",
      })
  void k8s19_tellsNoHiddenValueByADryRun(String method, String type, String body) throws Exception {
    String answer =
        ask(
            method,
            "/api/v1/namespaces/prod/secrets/db?dryRun=All",
            "Content-Type: " + type + "\r\n",
            body);

    assertThat(answer).contains(" 403 ", "K8S-DRY-RUN");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/apply-patch+yaml | fieldManager=x | {data: {DB_PASSWORD: guess}} |"
            + " K8S-CONFLICT",
        "application/merge-patch+json | dryRun=All | {\"data\":{\"DB_PASSWORD\":\"guess\"}} |"
            + " K8S-DRY-RUN",
        "application/json-patch+json | dryRun=All |"
            + " [{\"op\":\"replace\",\"path\":\"/data/DB_PASSWORD\",\"value\":\"guess\"}] |"
            + " K8S-DRY-RUN",
        "application/merge-patch+json | dryRun=All |"
            + " {\"data\":{\"config.yaml\":\"url: postgres://shop:guess1@db\"}} | K8S-DRY-RUN",
      })
  void k8s19_tellsNoHiddenValueOfAConfigMap(String type, String query, String body, String rule)
      throws Exception {
    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/prod/configmaps/settings?" + query,
            "Content-Type: " + type + "\r\n",
            body);

    assertThat(answer).contains(" 403 ", rule);
    assertThat(door.seen).isEmpty();
  }

  /** Ours: the API server takes the value that is there already, and no other. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH | secrets | application/merge-patch+json | {\"data\":{\"password\":\"%s\"}}",
        "PATCH | secrets | application/apply-patch+yaml | {data: {password: %s}}",
        "PATCH | secrets | application/json-patch+json |"
            + " [{\"op\":\"replace\",\"path\":\"/data/password\",\"value\":\"%s\"}]",
        "PUT | secrets | application/json |"
            + " {\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"sealed\"},\"data\":{\"password\":\"%s\"}}",
        "PATCH | configmaps | application/merge-patch+json | {\"data\":{\"DB_PASSWORD\":\"%s\"}}",
      })
  void k8s19_tellsNoValueOfWhatIsImmutable(String method, String kind, String type, String body)
      throws Exception {
    for (String sealed :
        List.of(
            "kind: Secret, data: {password: cmlnaHQ=}",
            "kind: ConfigMap, data: {DB_PASSWORD: cmlnaHQ=}")) {
      door.cluster.create(
          "{apiVersion: v1, metadata: {name: sealed, namespace: prod}, immutable: true, %s}"
              .formatted(sealed));
    }
    for (String guess : List.of("cmlnaHQ=", "d3Jvbmc=")) {
      String answer =
          ask(
              method,
              "/api/v1/namespaces/prod/" + kind + "/sealed?fieldManager=x" + force(type),
              "Content-Type: " + type + "\r\n",
              body.formatted(guess));

      assertThat(answer).contains(" 403 ", "K8S-IMMUTABLE").doesNotContain(guess);
    }
    assertThat(door.seen).extracting(seen -> seen.method()).containsOnly("GET");
    assertThat(
            ask(
                "PATCH",
                "/api/v1/namespaces/prod/" + kind + "/sealed",
                "Content-Type: application/merge-patch+json\r\n",
                "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"))
        .contains(" 200 ");
  }

  private static String force(String type) {
    return type.contains("apply") ? "&force=true" : "";
  }

  @Test
  void k8s19_guessesAtNoSecretOfWhichNobodySeesWhetherItIsImmutable() throws Exception {
    door.scripted.answers(500, "application/json", "{\"message\":\"no\"}");
    try (RawConnection connection = door.connect()) {
      connection.send(
          RawConnection.request(
              "PATCH /k8s/scripted/api/v1/namespaces/prod/secrets/db",
              "Content-Type: application/merge-patch+json\r\n",
              "{\"data\":{\"password\":\"Z3Vlc3M=\"}}"));
      assertThat(connection.answer()).contains(" 500 ", "does not carry it out or show it");
    }

    assertThat(door.scripted.nextHeard()).startsWith("GET ");
    assertThat(door.scripted.heard).isEmpty();
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(event -> assertThat(event.rows().getFirst().rule()).isEqualTo("K8S-IMMUTABLE"));
  }

  /** Ours: of a pod nobody can change the environment, and whoever guesses right is not refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/strategic-merge-patch+json |"
            + " {\"spec\":{\"containers\":[{\"name\":\"web\",\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"guess\"}]}]}}",
        "application/json-patch+json |"
            + " [{\"op\":\"replace\",\"path\":\"/spec/containers/0/env/0/value\",\"value\":\"guess\"}]",
        "application/json-patch+json |"
            + " [{\"op\":\"replace\",\"path\":\"/spec/containers/0/env/0\",\"value\":{\"value\":\"guess\",\"name\":\"DB_PASSWORD\"}}]",
      })
  void k8s19_tellsNoVariableOfAPod(String type, String patch) throws Exception {
    String answer =
        ask("PATCH", "/api/v1/namespaces/prod/pods/web-1", "Content-Type: " + type + "\r\n", patch);

    assertThat(answer).contains(" 403 ", "K8S-IMMUTABLE");
    assertThat(door.seen).isEmpty();
  }

  /** Ours: a list that has an object or not is an answer, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "labelSelector=token%3Dguess",
        "labelSelector=app%3Dweb%2Cexample.com%2Ftoken%21%3Dguess",
        "labelSelector=token%20in%20%28a%2Cb%29",
        "labelSelector=api-token%20notin%20%28a%29",
        "labelSelector=%20token%20%3D%3D%20a",
        "labelSelector=contact%3Dglpat-12345678901234567890",
        "labelSelector=contact%20in%20%28web%2Cglpat-12345678901234567890%29",
        "fieldSelector=spec.password%3Dguess",
      })
  void k8s12_answersNoSelectorThatIsAboutAHiddenValue(String selector) throws Exception {
    for (String verb : List.of("", "watch=true&")) {
      assertThat(ask("GET", "/api/v1/namespaces/prod/pods?" + verb + selector))
          .contains(" 403 ", "K8S-SELECT");
    }
    assertThat(ask("DELETE", "/api/v1/namespaces/prod/pods?" + selector))
        .contains(" 403 ", "K8S-SELECT");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "labelSelector=app%3Dweb%2Ctier%20in%20%28a%2Cb%29%2Ctoken",
        "labelSelector=%21token",
        "fieldSelector=metadata.name%3Ddb-token",
        "fieldSelector=spec.nodeName%21%3Dn%2Cstatus.phase%3DRunning",
      })
  void answersSelectorsThatAreAboutWhatIsShown(String selector) throws Exception {
    assertThat(ask("GET", "/api/v1/namespaces/prod/pods?" + selector)).contains(" 200 ");
  }

  @ParameterizedTest
  @CsvSource({"data, KioqKio=", "stringData, *****"})
  void k8s12_writesNoMaskOverAHiddenValue(String field, String mask) throws Exception {
    String answer =
        ask(
            "PUT",
            "/api/v1/namespaces/prod/secrets/db",
            "Content-Type: application/json\r\n",
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"%s\":{\"password\":\"%s\"}}"
                .formatted(field, mask));

    assertThat(answer).contains(" 403 ", "K8S-MASK");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json;as=Table;v=v1;g=meta.k8s.io",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
        "text/html;q=1, application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9, application/json;q=0.1",
      })
  void k8s16_masksObjectsInsideTables(String accept) throws Exception {
    String answer =
        ask(
            "GET",
            "/api/v1/namespaces/prod/secrets?includeObject=Object",
            "Accept: " + accept + "\r\n",
            "");

    assertThat(answer)
        .contains(" 200 ", "last-applied-configuration")
        .doesNotContain(Samples.PASSWORD, Samples.PASSWORD_BASE64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//api/v1/pods",
        "/api//v1/pods",
        "/api/v1/./pods",
        "/api/v1/namespaces/a/../b/pods",
        "/api/v1/namespaces/a/%2e%2e/b/pods",
        "/api/v1/namespaces/prod%2Fsecrets",
        "/api/v1/namespaces/prod%252fsecrets",
        "/api/v1/namespaces/prod/secrets;a=b",
        "/api/v1/namespaces/prod/..;a=b/secrets",
        "/api/v1/namespaces\\prod/pods",
        "/api/v1/namespaces/prod/pods/",
        "/api/v1/namespaces/prod/pods%00",
        "/api/v1/namespaces/prod/%70ods",
        "/api/v1/namespaces/prod/pods#x",
      })
  void k8s27_refusesPathsThatAreReadInTwoWays(String path) throws Exception {
    assertThat(ask("GET", path)).contains(" 400 ");
    assertThat(door.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics",
        "/debug/pprof/heap",
        "/logs/",
        "/logs",
        "/configz",
        "/.well-known/openid-configuration",
        "/swagger.json",
        "/statusz",
        "/apis/a/b/c/..",
      })
  void k8s39_servesNothingBesideResourcesButDescriptions(String path) throws Exception {
    assertThat(ask("GET", path)).containsAnyOf("K8S-PATH", " 400 ");
    assertThat(door.seen).isEmpty();
  }

  @Test
  void k8s39_servesDescriptionsToWhoIsSignedIn() throws Exception {
    assertThat(ask("GET", "/version")).contains("gitVersion");
    assertThat(ask("POST", "/version")).contains(" 403 ");
    try (RawConnection connection = door.connect()) {
      connection.send("GET /k8s/prod-eu/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(connection.answer()).contains(" 401 ", "Unauthorized");
    }
    assertThat(door.seen).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/v1/namespaces/dev/pods/a/unheard",
    "GET,/api/v1/nodes/n/log",
    "POST,/apis/apps/v1/namespaces/dev/deployments/a/rollback",
  })
  void k8s21_blocksSubresourcesNobodyKnows(String method, String path) throws Exception {
    assertThat(ask(method, path)).contains("K8S-SUBRESOURCE");
    assertThat(door.seen).isEmpty();
  }

  @Test
  void k8s11_makesNoTokensThatDoNotExpire() throws Exception {
    String body =
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"type\":\"kubernetes.io\\u002fservice-account-token\","
            + "\"metadata\":{\"name\":\"t\",\"annotations\":{\"kubernetes.io/service-account.name\":\"admin\"}}}";

    String answer =
        ask("POST", "/api/v1/namespaces/dev/secrets", "Content-Type: application/json\r\n", body);

    assertThat(answer).contains(" 403 ", "K8S-TOKEN", "kubectl create token");
    assertThat(door.seen).isEmpty();
  }

  /** Ours: its authenticator takes the token that stands in it, and the groups. */
  @ParameterizedTest
  @CsvSource({"POST,''", "PATCH,/bootstrap-token-abcdef"})
  void k8s11_makesNoTokensThatSignInNodes(String method, String name) throws Exception {
    String type = method.equals("POST") ? "json" : "apply-patch+yaml";

    String answer =
        ask(
            method,
            "/api/v1/namespaces/kube-system/secrets"
                + name
                + (name.isEmpty() ? "" : "?fieldManager=a"),
            "Content-Type: application/" + type + "\r\n",
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"type\":\"bootstrap.kubernetes.io/token\","
                + "\"metadata\":{\"name\":\"bootstrap-token-abcdef\"}}");

    assertThat(answer).contains(" 403 ", "K8S-TOKEN", "signs in");
    assertThat(door.seen).isEmpty();
  }

  /** Ours: an apply makes what is not there; to the API server that is a creation, too. */
  @Test
  void k8s19_judgesAnApplyOfWhatIsNotThereAsACreation() throws Exception {
    String apply = "Content-Type: application/apply-patch+yaml\r\n";
    String settings = "/api/v1/namespaces/%s/configmaps/made?fieldManager=a&force=true";
    String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"a\":\"%s\"}}";

    String answer = ask("PATCH", settings.formatted(ShopPolicy.SETTLED), apply, body.formatted(1));

    assertThat(answer).contains(" 403 ", "KUB-4");
    assertThat(door.seen)
        .filteredOn(seen -> seen.method().equals("PATCH"))
        .allSatisfy(seen -> assertThat(seen.target()).contains("dryRun=All"));
    assertThat(ask("PATCH", settings.formatted("dev"), apply, body.formatted(1))).contains(" 201 ");

    door.cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: made, namespace: %s}}"
            .formatted(ShopPolicy.SETTLED));
    assertThat(ask("PATCH", settings.formatted(ShopPolicy.SETTLED), apply, body.formatted(2)))
        .contains(" 200 ");
  }

  /** Ours: the API server makes some kinds of objects where they are not there to be updated. */
  @Test
  void k8s19_judgesAnUpdateOfWhatIsNotThereAsACreation() throws Exception {
    String json = "Content-Type: application/json\r\n";
    String service = "/api/v1/namespaces/settled/services/made";
    String body = "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"made\"}}";

    assertThat(ask("PUT", service, json, body)).contains(" 403 ", "KUB-4");
    assertThat(door.seen).extracting(seen -> seen.method()).containsExactly("GET");

    door.cluster.create(
        "{apiVersion: v1, kind: Service, metadata: {name: made, namespace: settled}}");
    assertThat(ask("PUT", service, json, body)).contains(" 200 ");
  }

  /** Ours: the garbage collector deletes what belongs to nobody who is there. */
  @ParameterizedTest
  @CsvSource({
    "PATCH,application/merge-patch+json",
    "PATCH,application/apply-patch+yaml",
    "PUT,application/json"
  })
  void k8s22_judgesAnOwnerThatIsGivenToAnObjectAsItsDeletion(String method, String type)
      throws Exception {
    String target = "/api/v1/namespaces/staged";
    String query = type.contains("apply") ? "?fieldManager=a&force=true" : "";
    String body =
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"staged\",%s}}";
    String owners =
        "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"x\",\"uid\":\"1\"}]";
    door.cluster.create("{apiVersion: v1, kind: Namespace, metadata: {name: staged}}");

    String answer =
        ask(method, target + query, "Content-Type: " + type + "\r\n", body.formatted(owners));

    assertThat(answer).contains(" 403 ", "KUB-4");
    assertThat(
            ask(
                method,
                target + query,
                "Content-Type: " + type + "\r\n",
                body.formatted("\"labels\":{\"a\":\"b\"}")))
        .contains(" 200 ");
  }

  /** Ours: most pods belong to something. */
  @Test
  void k8s22_letsWhatBelongsToSomethingBeChanged() throws Exception {
    door.cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: owned, namespace: dev,"
            + " ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: x, uid: '1'}]}}");

    String answer =
        ask(
            "PATCH",
            "/api/v1/namespaces/dev/configmaps/owned",
            "Content-Type: application/merge-patch+json\r\n",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

    assertThat(answer).contains(" 200 ");
    assertThat(judged()).extracting(KubeRequest::verb).doesNotContain(KubeRequest.Verb.DELETE);
  }

  /** Ours: what the API server reads as no selector is none. */
  @ParameterizedTest
  @ValueSource(strings = {"labelSelector=%20", "labelSelector=", "fieldSelector=,", "limit=1"})
  void takesASelectorOfNothingForNone(String query) throws Exception {
    ask("DELETE", "/api/v1/namespaces/dev/configmaps?" + query.replace("limit", "timeoutSeconds"));

    assertThat(judged())
        .singleElement()
        .satisfies(
            request -> assertThat(request.body().traits()).contains(KubeRequest.Trait.NO_SELECTOR));
  }

  /** Ours: half a character cannot be written again as it was judged. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":\"\\ud800\"}", "{\"\\udc00\":1}", "{\"a\":\"\\ud800\\ud800\"}"})
  void k8s20_takesNoHalfCharacters(String data) throws Exception {
    String answer =
        ask(
            "POST",
            "/api/v1/namespaces/dev/configmaps",
            "Content-Type: application/json\r\n",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"h\"},\"data\":%s}"
                .formatted(data));

    assertThat(answer).contains(" 400 ");
    assertThat(door.seen).isEmpty();
  }

  @Test
  void k8s40_boundsHowManyWatchesOneSubjectHasOpen() throws Exception {
    String watch =
        RawConnection.request("GET /k8s/prod-eu/api/v1/namespaces/dev/pods?watch=true", "", "");
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < OpenDoor.STREAMS; i++) {
        open.add(door.connect());
        open.getLast().send(watch);
        assertThat(open.getLast().until("\n")).contains(" 200 ");
      }
      try (RawConnection tooMuch = door.connect()) {
        tooMuch.send(watch);
        assertThat(tooMuch.answer()).contains(" 429 ", "TooManyRequests");
      }
    } finally {
      for (RawConnection each : open) {
        each.close();
      }
    }
  }

  @Test
  void k8s43_goesToTheClusterOfThePathAndNoOther() throws Exception {
    ask(
        "GET",
        "/version",
        "X-Forwarded-Host: scripted\r\nX-Forwarded-Prefix: /k8s/scripted\r\n",
        "");
    assertThat(door.seen).hasSize(1);
    for (String path :
        List.of("/k8s/nowhere/version", "/k8s/prod-eu%2f..%2fscripted/version", "/k8s//version")) {
      try (RawConnection connection = door.connect()) {
        connection.send(RawConnection.request("GET " + path, "", ""));
        assertThat(connection.answer()).containsAnyOf(" 404 ", " 400 ");
      }
    }

    assertThat(door.seen).hasSize(1);
    assertThat(door.scripted.heard).isEmpty();
  }

  /** Ours: what cells and packs can ask of a request. */
  @Test
  void seesContainersSelectorsAndHowManyRunNow() throws Exception {
    ask("GET", "/api/v1/namespaces/dev/pods?labelSelector=app%3Dweb&fieldSelector=a%3Db");
    ask("GET", "/api/v1/namespaces/dev/pods");
    ask("GET", "/api/v1/namespaces/dev/pods/web-1/log?container=web");
    String scale = "/apis/apps/v1/namespaces/prod/deployments/web";
    ask(
        "PATCH",
        scale + "?dryRun=All",
        "Content-Type: application/merge-patch+json\r\n",
        "{\"spec\":{\"replicas\":7}}");
    ask(
        "PATCH",
        scale + "?dryRun=All",
        "Content-Type: application/json-patch+json\r\n",
        "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");

    assertThat(
            judged().stream()
                .map(request -> request.details().labels() + request.details().fields()))
        .startsWith("app=weba=b", "");
    assertThat(judged().stream().map(request -> request.details().container())).contains("web");
    assertThat(judged().stream().flatMap(request -> request.details().replicas().stream()))
        .contains(new KubeRequest.Replicas(3, 7), new KubeRequest.Replicas(3, 1));
    assertThat(judged().stream().map(request -> request.body().traits()))
        .anySatisfy(traits -> assertThat(traits).contains(KubeRequest.Trait.SCALES_UP))
        .anySatisfy(traits -> assertThat(traits).contains(KubeRequest.Trait.SCALES_DOWN))
        .anySatisfy(traits -> assertThat(traits).containsExactly(KubeRequest.Trait.NO_SELECTOR));
  }

  @Test
  void k8s40_passesOnInHowManyPartsAListIsWanted() throws Exception {
    ask("GET", "/api/v1/namespaces/prod/secrets?limit=1&continue=abc&timeoutSeconds=3");

    assertThat(door.seen)
        .singleElement()
        .satisfies(
            seen ->
                assertThat(seen.target())
                    .endsWith("/secrets?limit=1&continue=abc&timeoutSeconds=3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%1b", "%c2%9b", "%e2%80%ae", "%e2%80%8b", "%f3%a0%81%81"})
  void k8s44_takesNoNameThatMovesATerminal(String character) throws Exception {
    assertThat(ask("GET", "/api/v1/namespaces/dev/pods/a" + character + "b")).contains(" 400 ");
    assertThat(door.seen).isEmpty();
  }

  /** Ours: a session is one of all that is known of its subject. */
  @Test
  void gw11_beginsAnotherSessionForOtherGroups() throws Exception {
    for (String token : List.of(OpenDoor.TOKEN, OpenDoor.PROMOTED, OpenDoor.TOKEN)) {
      try (RawConnection connection = door.connect()) {
        connection.send(
            RawConnection.request(token, "GET /k8s/prod-eu/api/v1/namespaces/dev/pods", "", ""));
        assertThat(connection.answer()).contains(" 200 ");
      }
    }

    assertThat(door.journal.of(Event.SessionOpened.class))
        .extracting(event -> event.subject().groups())
        .contains(Set.of("ai-agents", "sre"))
        .hasSizeLessThanOrEqualTo(2);
    assertThat(door.seen.stream().map(seen -> seen.fields().values("impersonate-group")))
        .containsExactly(List.of("ai-agents"), List.of("ai-agents", "sre"), List.of("ai-agents"));
  }

  /** Ours: nobody counts as being in whose session is not on the record. */
  @Test
  void gw25_leavesNobodyInWhoseSessionCannotBeRecorded() throws Exception {
    int before = door.admission.open.get();
    door.journal.broken(true);
    try (RawConnection connection = door.connect()) {
      connection.send(
          RawConnection.request("GET /k8s/prod-eu/api/v1/namespaces/dev/pods?watch=true", "", ""));
      assertThat(connection.answer())
          .contains(" 503 ", "\"kind\":\"Status\"", "the journal cannot be written");
    } finally {
      door.journal.broken(false);
    }

    assertThat(door.admission.open).hasValue(before);
    assertThat(door.seen).isEmpty();
  }

  /** Ours: a field of DeleteOptions in another body. */
  @Test
  void believesInADryRunOnlyWhereTheServerDoes() throws Exception {
    ask(
        "POST",
        "/api/v1/namespaces/dev/pods",
        "Content-Type: application/json\r\n",
        POD.replace("\"kind\"", "\"dryRun\":[\"All\"],\"kind\""));
    ask("DELETE", "/api/v1/namespaces/dev/pods/a", "Content-Type: application/json\r\n", DRY);
    protobuf(
        "DELETE", "/api/v1/namespaces/dev/pods/a", "k8s\0\n\23\n\2v1\22\rDeleteOptions\22\5*\3All");

    assertThat(judged()).extracting(KubeRequest::dryRun).containsExactly(false, true, true);
    assertThat(ask("GET", "/api/v1/namespaces/dev/pods/a/exec?command=sh&dryRun=All"))
        .contains(" 400 ");
  }

  private static final String DRY = "{\"kind\":\"DeleteOptions\",\"dryRun\":[\"All\"]}";
}
