package dev.countersign.proxy.kubernetes.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.rules.fact.KubeRequest.Verb;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestInfoTest {

  private static RequestInfo of(String method, String target) throws UnclearRequestException {
    String[] parts = target.split("\\?", 2);
    return RequestInfo.of(
        method, CanonicalPath.parse(parts[0]), Query.parse(parts.length > 1 ? parts[1] : ""));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /api/v1/namespaces/p/pods,                      LIST,             pods,               "
        + "  p, ''",
    "HEAD,   /api/v1/namespaces/p/pods,                      LIST,             pods,               "
        + "  p, ''",
    "GET,    /api/v1/pods,                                   LIST,             pods,               "
        + "  '', ''",
    "GET,    /api/v1/pods?watch=true,                        WATCH,            pods,               "
        + "  '', ''",
    "GET,    /api/v1/watch/namespaces/p/pods,                WATCH,            pods,               "
        + "  p, ''",
    "GET,    /api/v1/namespaces/p/secrets/db,                GET,              secrets,            "
        + "  p, db",
    "GET,    /api/v1/namespaces/p/secrets?fieldSelector=metadata.name%3Ddb, LIST, secrets,         "
        + "  p, db",
    "POST,   /api/v1/namespaces/p/pods,                      CREATE,           pods,               "
        + "  p, ''",
    "PUT,    /api/v1/namespaces/p/pods/x,                    UPDATE,           pods,               "
        + "  p, x",
    "PATCH,  /apis/apps/v1/namespaces/p/deployments/x/scale, PATCH,           "
        + " deployments.apps/scale, p, x",
    "DELETE, /api/v1/namespaces/p/pods/x,                    DELETE,           pods,               "
        + "  p, x",
    "DELETE, /api/v1/namespaces/p/pods,                      DELETECOLLECTION, pods,               "
        + "  p, ''",
    "DELETE, /api/v1/namespaces/p,                           DELETE,           namespaces,         "
        + "  p, p",
    "PUT,    /api/v1/namespaces/p/finalize,                  UPDATE,           namespaces/finalize,"
        + "  p, p",
    "GET,    /apis/extensions/v1beta1/namespaces/p/deployments/x, GET,         deployments.apps,   "
        + "  p, x",
    "GET,    /version,                                       GET,              /version,           "
        + "  '', ''",
    "POST,   /version,                                       OTHER,            /version,           "
        + "  '', ''",
  })
  void readsWhatTheApiServerReads(
      String method, String target, Verb verb, String object, String namespace, String name)
      throws Exception {
    RequestInfo info = of(method, target);

    assertThat(info.verb()).isEqualTo(verb);
    assertThat(info.object()).isEqualTo(object);
    assertThat(info.namespace()).isEqualTo(namespace);
    assertThat(info.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec?command=sh", "attach?stdin=true", "portforward?ports=80", "proxy"})
  void k8s01_connectsWhicheverMethodItComesWith(String subresource) throws Exception {
    for (String method : new String[] {"GET", "POST", "HEAD"}) {
      assertThat(of(method, "/api/v1/namespaces/p/pods/x/" + subresource).verb())
          .as(method)
          .isEqualTo(Verb.CREATE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/nodes/n/proxy/exec/p/x/c,                      nodes/proxy,    /exec/p/x/c",
    "/api/v1/nodes/n/proxy/run/p/x/c,                       nodes/proxy,    /run/p/x/c",
    "/api/v1/nodes/n/proxy/metrics,                         nodes/proxy,    /metrics",
    "/api/v1/namespaces/p/services/https:db:443/proxy/admin, services/proxy, /admin",
  })
  void k8s07_k8s08_namesAProxyAndWhatIsBehindIt(String path, String object, String rest)
      throws Exception {
    RequestInfo info = of("GET", path);

    assertThat(info.verb()).isEqualTo(Verb.CREATE);
    assertThat(info.object()).isEqualTo(object);
    assertThat(info.rest()).isEqualTo(rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/proxy/namespaces/p/pods/x",
        "/api/v1/watch",
        "/api/v1/namespaces/p/pods/x?watch=true",
        "/api/v1/namespaces/p/pods/x/exec/more",
        "/api/v1/namespaces/p/Pods",
        "/api/v1/namespaces/p/pods?watch=true&watch=false",
      })
  void refusesWhatServersReadInTwoWays(String target) {
    assertThatThrownBy(() -> of("GET", target)).isInstanceOf(UnclearRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "api/v1",
        "//api/v1/pods",
        "/api//v1/pods",
        "/api/v1/pods/",
        "/api/v1/./pods",
        "/api/v1/namespaces/p/../q/secrets",
        "/api/v1/%2e%2e/pods",
        "/api/v1/namespaces/p%2Fsecrets",
        "/api/v1/namespaces/p%5Csecrets",
        "/api/v1/%70ods",
        "/api/v1/pods%00",
        "/api/v1/pods%0a",
        "/api/v1/pods;a=b",
        "/api/v1/pods%3Bwatch",
        "/api/v1/pods%3Fwatch=1",
        "/api/v1/pods%23",
        "/api/v1/pods%",
        "/api/v1/pods%2",
        "/api/v1/pods%zz",
        "/api/v1/pods%252e",
        "/api/v1/pods%c0%af",
        "/api/v1/pods%ff",
        "/api/v1/pods\u0000",
        "/api/v1/po ds",
        "/api\\v1",
      })
  void k8s27_refusesAPathThatCanBeWrittenInAnotherWay(String path) {
    assertThatThrownBy(() -> CanonicalPath.parse(path)).isInstanceOf(UnclearRequestException.class);
  }

  @Test
  void refusesAPathWithoutEnd() {
    assertThatThrownBy(() -> CanonicalPath.parse("/a".repeat(65)))
        .isInstanceOf(UnclearRequestException.class);
  }

  /** Whatever comes is refused in words, or is forwarded byte for byte as it was judged. */
  @Test
  void survivesRandomBytes() {
    Random random = new Random(7);
    String alphabet = "/apisv1namespaces.%2eF5C;?&=#\\: \u0000\u00e9pods";
    for (int round = 0; round < 20_000; round++) {
      String target;
      if (round % 2 == 0) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        target = "/" + new String(bytes, StandardCharsets.ISO_8859_1);
      } else {
        StringBuilder text = new StringBuilder("/api/v1/");
        for (int length = random.nextInt(40); length > 0; length--) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        target = text.toString();
      }
      String path = target.split("\\?", 2)[0];
      try {
        assertThat(CanonicalPath.parse(path)).hasToString(path);
        assertThat(of("GET", target).path()).isEqualTo(path);
      } catch (UnclearRequestException e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/v1/namespaces/p/pods/x/eviction,create,pods/eviction",
    "POST,/api/v1/namespaces/p/pods/x/binding,create,pods/binding",
    "POST,/api/v1/namespaces/p/bindings,create,bindings",
    "PATCH,/apis/apps/v1/namespaces/p/deployments/x/scale,patch,deployments.apps/scale",
    "PUT,/apis/apps/v1/namespaces/p/deployments/x/status,update,deployments.apps/status",
    "PUT,/api/v1/namespaces/p/finalize,update,namespaces/finalize",
    "PUT,/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval,update,certificatesigningrequests.certificates.k8s.io/approval",
    "POST,/api/v1/namespaces/p/serviceaccounts/x/token,create,serviceaccounts/token",
    "GET,/api/v1/namespaces/p/pods/x/log,get,pods/log",
    "PATCH,/api/v1/namespaces/p/pods/x/resize,patch,pods/resize",
    "PATCH,/api/v1/namespaces/p/pods/x/ephemeralcontainers,patch,pods/ephemeralcontainers",
    "GET,/api/v1/nodes/x/log,get,nodes/log",
  })
  void k8s21_namesSubresourcesApart(String method, String path, String verb, String object)
      throws Exception {
    RequestInfo info = RequestInfo.of(method, CanonicalPath.parse(path), Query.NONE);

    assertThat(info.verb()).hasToString(verb);
    assertThat(info.object()).isEqualTo(object);
  }

  @ParameterizedTest
  @CsvSource({
    "/apis/extensions/v1beta1/namespaces/p/deployments,deployments.apps",
    "/apis/apps/v1beta2/namespaces/p/deployments,deployments.apps",
    "/apis/extensions/v1beta1/namespaces/p/ingresses,ingresses.networking.k8s.io",
    "/apis/events.k8s.io/v1/namespaces/p/events,events",
    "/api/v1/namespaces/p/events,events",
    "/apis/metrics.k8s.io/v1beta1/namespaces/p/pods,pods.metrics.k8s.io",
    "/apis/evil.example/v1/namespaces/p/secrets,secrets.evil.example",
  })
  void k8s28_readsAliasesAsOneAndShadowsAsOthers(String path, String object) throws Exception {
    assertThat(RequestInfo.of("GET", CanonicalPath.parse(path), Query.NONE).object())
        .isEqualTo(object);
  }

  @ParameterizedTest
  @CsvSource({
    "watch,watch",
    "watch=,watch",
    "watch=no,watch",
    "watch=2,watch",
    "watch=true,watch",
    "watch=false,list",
    "watch=False,list",
    "watch=0,list",
    "limit=5,list",
  })
  void k8s13_watchesWheneverTheServerDoes(String query, String verb) throws Exception {
    assertThat(
            RequestInfo.of("GET", CanonicalPath.parse("/api/v1/secrets"), Query.parse(query))
                .verb())
        .hasToString(verb);
  }

  @Test
  void queriesSurviveRandomBytes() {
    Random random = new Random(7);
    String alphabet = "watchlimitdryRun=&%;+2f01All\u00e9";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(round % 3 == 0 ? "watch=1&" : "");
      random
          .ints(random.nextInt(30), 0, alphabet.length())
          .forEach(at -> text.append(alphabet.charAt(at)));
      try {
        Query query = Query.parse(text.toString());
        assertThat(Query.parse(query.toString().replaceFirst("^\\?", ""))).isEqualTo(query);
      } catch (UnclearRequestException e) {
        assertThat(e.status()).isEqualTo(400);
      }
    }
  }
}
