package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyFactsTest {

  private static KubeRequest.Body facts(String method, String path, String yaml) throws Exception {
    return BodyFacts.of(
        RequestInfo.of(method, CanonicalPath.parse(path), Query.NONE),
        BodyReader.read(BodyReader.Format.YAML, yaml.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/apis/rbac.authorization.k8s.io/v1/namespaces/dev/rolebindings",
    "PATCH,/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/admins",
    "PUT,/apis/rbac.authorization.k8s.io/v1beta1/clusterroles/edit",
    "POST,/apis/rbac.authorization.k8s.io/v1/namespaces/dev/roles",
    "POST,/apis/certificates.k8s.io/v1/certificatesigningrequests",
    "PUT,/apis/certificates.k8s.io/v1/certificatesigningrequests/masters/approval",
    "POST,/api/v1/namespaces/dev/serviceaccounts/admin/token",
    "POST,/apis/authorization.openshift.io/v1/namespaces/dev/rolebindings",
    "PATCH,/apis/security.openshift.io/v1/securitycontextconstraints/restricted",
  })
  void k8s35_seesWhoGrantsRights(String method, String path) throws Exception {
    assertThat(facts(method, path, "{metadata: {name: a}}").traits()).contains(Trait.GRANTS_RIGHTS);
  }

  @Test
  void k8s35_seesAClusterRoleThatJoinsOthersByItsLabel() throws Exception {
    assertThat(
            facts(
                    "PATCH",
                    "/apis/rbac.authorization.k8s.io/v1/clusterroles/mine",
                    "{metadata: {labels: {rbac.authorization.k8s.io/aggregate-to-admin: 'true'}}}")
                .traits())
        .contains(Trait.GRANTS_RIGHTS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
        "/apis/admissionregistration.k8s.io/v1alpha1/mutatingadmissionpolicies",
        "/apis/apiregistration.k8s.io/v1/apiservices",
      })
  void k8s36_seesWhoListensToWhatOthersAsk(String path) throws Exception {
    assertThat(facts("POST", path, "{metadata: {name: v1.}}").traits())
        .contains(Trait.ADMISSION_WEBHOOK);
  }

  @Test
  void k8s36_seesNewKindsAndTheirConversion() throws Exception {
    assertThat(
            facts(
                    "POST",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    "{spec: {conversion: {strategy: Webhook}}}")
                .traits())
        .contains(Trait.CUSTOM_RESOURCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PRIVILEGED|containers: [{name: a, securityContext: {privileged: true}}]",
        "PRIVILEGED|initContainers: [{name: a, securityContext: {privileged: true}}]",
        "PRIVILEGED|ephemeralContainers: [{name: a, securityContext: {privileged: true}}]",
        "PRIVILEGED|containers: [{name: a, securityContext: {procMount: Unmasked}}]",
        "PRIVILEGED|securityContext: {windowsOptions: {hostProcess: true}}",
        "PRIVILEGED|containers: [{name: a, securityContext: {seccompProfile: {type: Unconfined}}}]",
        "PRIVILEGED|securityContext: {appArmorProfile: {type: Unconfined}}",
        "PRIVILEGED|securityContext: {seLinuxOptions: {type: spc_t}}",
        "PRIVILEGED|annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}",
        "PRIVILEGED|annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}",
        "HOST_PATH|local: {path: /}",
        "HOST_PATH|volumes: [{name: v, gitRepo: {repository: https://x/y}}]",
        "HOST_PATH|volumes: [{name: v, hostPath: {path: /}}]",
        "HOST_PATH|containers: [{name: a, volumeDevices: [{name: d, devicePath: /dev/sda}]}]",
        "HOST_NAMESPACE|hostPID: true",
        "HOST_NAMESPACE|hostNetwork: true",
        "HOST_NAMESPACE|hostIPC: true",
        "HOST_NAMESPACE|containers: [{name: a, ports: [{hostPort: 80}]}]",
        "HOST_NAMESPACE|securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}",
        "ADDED_CAPABILITY|containers: [{name: a, securityContext: {capabilities: {add:"
            + " [SYS_ADMIN]}}}]",
        "ADDED_CAPABILITY|containers: [{name: a, securityContext: {capabilities: {add:"
            + " [cap_bpf]}}}]",
        "SERVICE_ACCOUNT|serviceAccountName: admin",
      })
  void k8s37_seesWhatAPodBringsWhereverItStands(Trait trait, String spec) throws Exception {
    for (String around :
        new String[] {
          "{spec: {%s}}",
          "{spec: {template: {spec: {%s}}}}",
          "{spec: {jobTemplate: {spec: {template: {spec: {%s}}}}}}",
          "{template: {spec: {%s}}}",
          "{spec: {workers: [{template: {spec: {%s}}}]}}"
        }) {
      assertThat(
              facts("POST", "/apis/x.example/v1/namespaces/dev/things", around.formatted(spec))
                  .traits())
          .as(around)
          .contains(trait);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containers: [{name: a, securityContext: {seccompProfile: {type: RuntimeDefault}}}]",
        "securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}",
        "securityContext: {seLinuxOptions: {type: container_t, level: 's0:c1,c2'}}",
        "annotations: {container.apparmor.security.beta.kubernetes.io/a: runtime/default}",
        "local: true",
        "hostUsers: false",
      })
  void findsNothingInWhatAPodIsGivenAnyway(String spec) throws Exception {
    String limits = "{name: a, resources: {limits: {memory: 1Gi}}, ";

    assertThat(
            facts(
                    "POST",
                    "/api/v1/namespaces/dev/pods",
                    "{spec: {%s}}".formatted(spec.replace("{name: a, ", limits)))
                .traits())
        .isEmpty();
  }

  /** Ours: to a kubelet a limit of zero is none. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "'0'", "0Mi", "0.0", "'0e3'", "-0", "null", "''", "{}"})
  void takesALimitOfNothingForNone(String memory) throws Exception {
    String pod = "{spec: {containers: [{name: a, resources: {limits: {memory: %s}}}]}}";
    String pods = "/api/v1/namespaces/dev/pods";

    assertThat(facts("POST", pods, pod.formatted(memory)).traits())
        .containsExactly(Trait.NO_LIMITS);
    assertThat(facts("POST", pods, pod.formatted("0.5Gi")).traits()).isEmpty();
    assertThat(facts("POST", pods, pod.formatted("1024")).traits()).isEmpty();
  }

  /** Ours: a volume may be an image, and not every kind calls its containers so. */
  @Test
  void k8s37_namesImagesWhereverTheyStand() throws Exception {
    KubeRequest.Body facts =
        facts(
            "POST",
            "/apis/x.example/v1/namespaces/dev/things",
            """
            metadata: {labels: {image: label}}
            spec:
              nodeSelector: {image: node}
              templates:
              - container: {image: a/container}
              - script: {image: a/script}
              steps: [{name: s, image: a/step}]
              template: {metadata: {labels: {image: label}}, spec: {volumes:
                [{name: v, image: {reference: a/volume, pullPolicy: Always}}]}}
            status: {containerStatuses: [{image: a/running}]}
            """);

    assertThat(facts.images()).isEqualTo(Set.of("a/container", "a/script", "a/step", "a/volume"));
  }

  @Test
  void missesLimitsOnlyWhereAllIsThere() throws Exception {
    String pods = "/api/v1/namespaces/dev/pods";
    String limited = "{spec: {containers: [{name: a, resources: {limits: {memory: 1Gi}}}]}}";
    String unlimited = "{spec: {containers: [{name: a, resources: {limits: {cpu: 1}}}]}}";

    assertThat(facts("POST", pods, limited).traits()).isEmpty();
    assertThat(facts("POST", pods, unlimited).traits()).containsExactly(Trait.NO_LIMITS);
    assertThat(facts("PATCH", pods + "/a", unlimited).traits()).isEmpty();
    RequestInfo patch = RequestInfo.of("PATCH", CanonicalPath.parse(pods + "/a"), Query.NONE);
    assertThat(
            BodyFacts.ofResult(
                    patch, BodyReader.read(BodyReader.Format.YAML, unlimited.getBytes(UTF_8)))
                .traits())
        .containsExactly(Trait.NO_LIMITS);
  }

  @Test
  void seesThatNothingIsToRunAnyMore() throws Exception {
    String scale = "/apis/apps/v1/namespaces/prod/deployments/web/scale";

    assertThat(facts("PATCH", scale, "{spec: {replicas: 0}}").traits())
        .containsExactly(Trait.NO_REPLICAS);
    assertThat(facts("PATCH", scale, "{spec: {replicas: 1}, status: {replicas: 0}}").traits())
        .isEmpty();
  }

  @Test
  void namesImagesAndSecretsThatAreRead() throws Exception {
    KubeRequest.Body facts =
        facts(
            "POST",
            "/api/v1/namespaces/dev/pods",
            """
            spec:
              initContainers: [{name: i, image: a/b:1}]
              containers:
              - name: a
                image: c/d:2
                envFrom: [{secretRef: {name: db}}]
                env: [{name: P, valueFrom: {secretKeyRef: {name: api, key: key}}}]
              volumes:
              - {name: v, secret: {secretName: tls, items: [{key: crt, path: crt}]}}
              - {name: w, projected: {sources: [{secret: {name: signing}}]}}
            """);

    assertThat(facts.images()).isEqualTo(Set.of("a/b:1", "c/d:2"));
    assertThat(facts.secretKeys()).isEqualTo(Set.of("db/*", "api/key", "tls/*", "signing/*"));
    assertThat(facts.traits()).containsExactly(Trait.NO_LIMITS);
  }

  /** Ours: kubectl writes fields that it has not set, in Protobuf. */
  @Test
  void takesWhatIsEmptyForWhatIsNotThere() throws Exception {
    KubeRequest.Body facts =
        facts(
            "POST",
            "/api/v1/namespaces/dev/pods",
            """
            metadata: {name: '', namespace: '', generation: 0, creationTimestamp: null}
            spec:
              serviceAccountName: ''
              serviceAccount: ''
              hostNetwork: false
              hostPID: false
              hostIPC: false
              securityContext: {seLinuxOptions: {type: ''}, seccompProfile: {type: ''}, sysctls: []}
              tls: [{secretName: ''}]
              volumes:
              - {name: v, secret: {secretName: ''}}
              - {name: w, projected: {sources: [{secret: {name: ''}}]}}
              containers:
              - name: ''
                image: ''
                ports: [{hostPort: 0, hostIP: ''}]
                envFrom: [{prefix: '', secretRef: {name: ''}}]
                securityContext: {privileged: false, procMount: '', capabilities: {add: []}}
                resources: {limits: {memory: 1Gi}}
            status: {replicas: 0}
            """);

    assertThat(facts).isEqualTo(KubeRequest.Body.NONE);
  }
}
