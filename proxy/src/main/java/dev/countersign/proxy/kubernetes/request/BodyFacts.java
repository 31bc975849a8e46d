package dev.countersign.proxy.kubernetes.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Body;
import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an object or a patch brings along. Looks for pod specifications wherever they are, so that a
 * kind nobody knows is looked at like a Pod.
 */
public final class BodyFacts {

  private static final Set<String> CONTAINERS =
      Set.of("containers", "initContainers", "ephemeralContainers");

  private static final Set<String> GRANTING =
      Set.of(
          "roles.rbac.authorization.k8s.io",
          "rolebindings.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io",
          "certificatesigningrequests.certificates.k8s.io",
          "roles.authorization.openshift.io",
          "rolebindings.authorization.openshift.io",
          "clusterroles.authorization.openshift.io",
          "clusterrolebindings.authorization.openshift.io",
          "securitycontextconstraints.security.openshift.io",
          "serviceaccounts/token");

  private static final Set<String> ADMITTING =
      Set.of(
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "apiservices.apiregistration.k8s.io");

  /** What containerd and CRI-O give every container. */
  private static final Set<String> USUAL_CAPABILITIES =
      Set.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  /** What Pod Security lets everybody ask of SELinux. */
  private static final Set<String> USUAL_SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");

  /** Where seccomp and AppArmor were chosen before they had fields. */
  private static final Pattern OLD_PROFILE =
      Pattern.compile(
          "(?:container\\.apparmor\\.security\\.beta|(?:container\\.)?seccomp\\.security\\.alpha)"
              + "\\.kubernetes\\.io/.*");

  /** A quantity of nothing, which to a kubelet is no limit. */
  private static final Pattern ZERO = Pattern.compile("[+-]?[0.]*(?:[eE][+-]?[0-9]+|[a-zA-Z]*)");

  /** Where something may be called an image that is none: what runs already, files, labels. */
  private static final Pattern NO_IMAGES =
      Pattern.compile(
          "(?:status|data|binaryData)[.\\[].*|(?:.*\\.)?metadata\\..*|.*(?:[Ll]abels|[Ss]elector)\\..*");

  private final Map<Trait, String> fields = new EnumMap<>(Trait.class);
  private final Set<String> images = new LinkedHashSet<>();
  private final Set<String> secretKeys = new LinkedHashSet<>();

  /** Whether what is not there will not be there. */
  private final boolean isWhole;

  private BodyFacts(boolean isWhole) {
    this.isWhole = isWhole;
  }

  /**
   * The facts of a request's body.
   *
   * @param info what it is sent to
   * @param body an object, a merge patch, a strategic merge patch or a JSON patch
   */
  public static Body of(RequestInfo info, JsonNode body) {
    return of(info, body, info.verb() != KubeRequest.Verb.PATCH);
  }

  /** The facts of an object that a request makes: also of what is not there. */
  public static Body ofResult(RequestInfo info, JsonNode object) {
    return of(info, object, true);
  }

  private static Body of(RequestInfo info, JsonNode body, boolean isWhole) {
    BodyFacts facts = new BodyFacts(isWhole);
    facts.target(info);
    if (body.isArray()) {
      // A JSON patch: the value may be any part of an object.
      for (int i = 0; i < body.size(); i++) {
        facts.operation(body.get(i));
      }
    } else {
      facts.walk(body, "");
    }
    if (info.base().equals("secrets")) {
      facts.keys(body.path("data"));
      facts.keys(body.path("stringData"));
    }
    return facts.result();
  }

  private Body result() {
    return new Body(fields.keySet(), images, secretKeys, fields);
  }

  private void target(RequestInfo info) {
    String base = info.base();
    if (GRANTING.contains(base) || GRANTING.contains(info.object())) {
      found(Trait.GRANTS_RIGHTS, info.object());
    }
    if (ADMITTING.contains(base)) {
      found(Trait.ADMISSION_WEBHOOK, info.object());
    }
    if (base.equals("customresourcedefinitions.apiextensions.k8s.io")) {
      found(Trait.CUSTOM_RESOURCE, info.object());
    }
  }

  private void operation(JsonNode operation) {
    String path = operation.path("path").asText("");
    String field = path.replaceFirst("^/", "").replace('/', '.');
    JsonNode value = operation.path("value");
    walk(value, field);
    int last = field.lastIndexOf('.');
    if (last > 0) {
      // The value of one field: looked at as if its object had been given with it alone.
      leaf(field.substring(last + 1), value, field);
    }
    if (CONTAINERS.stream().anyMatch(name -> path.matches(".*/" + name + "/[0-9-]+"))) {
      container(value, field);
    }
  }

  private void walk(JsonNode node, String path) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(node.get(i), path + "[" + i + "]");
      }
    }
    node.properties()
        .forEach(
            field -> {
              String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              leaf(field.getKey(), field.getValue(), at);
              if (CONTAINERS.contains(field.getKey()) && field.getValue().isArray()) {
                for (int i = 0; i < field.getValue().size(); i++) {
                  container(field.getValue().get(i), at + "[" + i + "]");
                }
              }
              walk(field.getValue(), at);
            });
  }

  private void leaf(String name, JsonNode value, String at) {
    switch (name) {
      case "privileged", "hostProcess" -> foundIf(isTrue(value), Trait.PRIVILEGED, at);
      case "procMount" -> foundIf(value.asText("").equals("Unmasked"), Trait.PRIVILEGED, at);
      case "hostNetwork", "hostPID", "hostIPC" -> foundIf(isTrue(value), Trait.HOST_NAMESPACE, at);
      case "hostPort" -> foundIf(value.asInt(0) != 0, Trait.HOST_NAMESPACE, at);
      case "sysctls" -> foundIf(!value.isEmpty(), Trait.HOST_NAMESPACE, at);
      case "replicas" ->
          foundIf(
              value.isNumber() && value.asInt() == 0 && !at.startsWith("status"),
              Trait.NO_REPLICAS,
              at);
      case "seccompProfile", "appArmorProfile" ->
          foundIf(value.path("type").asText("").equals("Unconfined"), Trait.PRIVILEGED, at);
      case "seLinuxOptions" ->
          foundIf(
              !USUAL_SELINUX_TYPES.contains(value.path("type").asText("")), Trait.PRIVILEGED, at);
      case "hostPath" -> foundIf(!value.isNull(), Trait.HOST_PATH, at);
      // A persistent volume that is a directory of a node.
      case "local" -> foundIf(value.path("path").isTextual(), Trait.HOST_PATH, at);
      // Cloned by the node's own root.
      case "gitRepo" -> foundIf(value.path("repository").isTextual(), Trait.HOST_PATH, at);
      case "serviceAccountName", "serviceAccount" ->
          foundIf(
              value.isTextual() && !Set.of("", "default").contains(value.asText()),
              Trait.SERVICE_ACCOUNT,
              at);
      case "add" -> capabilities(value, at);
      case "image" -> image(value, at);
      case "secretKeyRef" ->
          secretKeys.add(value.path("name").asText("") + "/" + value.path("key").asText(""));
      case "secretRef", "secret" -> secret(value.path("name"));
      case "secretName" -> secret(value);
      default ->
          foundIf(
              OLD_PROFILE.matcher(name).matches() && value.asText("").equals("unconfined"),
              Trait.PRIVILEGED,
              at);
    }
  }

  /** Of a container, however its kind calls those, or of a volume that is one. */
  private void image(JsonNode value, String at) {
    String image = value.isTextual() ? value.textValue() : value.path("reference").asText("");
    if (!image.isEmpty() && !NO_IMAGES.matcher(at).matches()) {
      images.add(image);
    }
  }

  /** All of a Secret, where it has a name. */
  private void secret(JsonNode name) {
    if (!name.asText("").isEmpty()) {
      secretKeys.add(name.asText() + "/*");
    }
  }

  private static boolean isTrue(JsonNode value) {
    return value.asText("").equalsIgnoreCase("true");
  }

  private void capabilities(JsonNode value, String at) {
    if (!at.contains("capabilities")) {
      return;
    }
    value.forEach(
        each -> {
          String name = each.asText("").toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
          foundIf(!USUAL_CAPABILITIES.contains(name), Trait.ADDED_CAPABILITY, at);
        });
  }

  private void container(JsonNode container, String at) {
    String image = container.path("image").asText("");
    if (!image.isEmpty()) {
      images.add(image);
    }
    String memory = container.path("resources").path("limits").path("memory").asText("");
    boolean isLimited = !ZERO.matcher(memory).matches();
    foundIf(isWhole && container.isObject() && !isLimited, Trait.NO_LIMITS, at);
    container
        .path("volumeDevices")
        .forEach(device -> found(Trait.HOST_PATH, at + ".volumeDevices"));
  }

  private void keys(JsonNode values) {
    values.fieldNames().forEachRemaining(secretKeys::add);
  }

  private void foundIf(boolean condition, Trait trait, String at) {
    if (condition) {
      found(trait, at);
    }
  }

  private void found(Trait trait, String at) {
    fields.putIfAbsent(trait, at);
  }
}
