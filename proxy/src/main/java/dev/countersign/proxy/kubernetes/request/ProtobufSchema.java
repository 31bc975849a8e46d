package dev.countersign.proxy.kubernetes.request;

import static java.util.Map.entry;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Networking;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import io.kubernetes.client.proto.V2Autoscaling;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What objects are in Protobuf, and what their fields are called in JSON. It has all stable kinds
 * but definitions of custom resources, whose schemas are another thing in JSON, and those of groups
 * that kubectl sends nothing of.
 */
final class ProtobufSchema {

  /** A file is loaded when somebody asks for a kind of it. */
  private static final Map<String, Supplier<FileDescriptor>> FILES =
      Map.ofEntries(
          entry("v1", V1::getDescriptor),
          entry("admissionregistration.k8s.io/v1", V1Admissionregistration::getDescriptor),
          entry("apps/v1", V1Apps::getDescriptor),
          entry("authentication.k8s.io/v1", V1Authentication::getDescriptor),
          entry("authorization.k8s.io/v1", V1Authorization::getDescriptor),
          entry("autoscaling/v1", V1Autoscaling::getDescriptor),
          entry("autoscaling/v2", V2Autoscaling::getDescriptor),
          entry("batch/v1", V1Batch::getDescriptor),
          entry("certificates.k8s.io/v1", V1Certificates::getDescriptor),
          entry("networking.k8s.io/v1", V1Networking::getDescriptor),
          entry("policy/v1", V1Policy::getDescriptor),
          entry("rbac.authorization.k8s.io/v1", V1Rbac::getDescriptor),
          entry("scheduling.k8s.io/v1", V1Scheduling::getDescriptor),
          entry("storage.k8s.io/v1", V1Storage::getDescriptor));

  /** Parts of objects that have metadata as well, and what is served nowhere. */
  private static final Set<String> NO_KINDS =
      Set.of(
          "JobTemplateSpec",
          "PersistentVolumeClaimTemplate",
          "PodStatusResult",
          "PodTemplateSpec",
          "RangeAllocation");

  private static final String CORE = "k8s.io.api.core.v1.";
  private static final String NETWORKING = "k8s.io.api.networking.v1.";
  private static final String ADMISSION = "k8s.io.api.admissionregistration.v1.";

  /** Embedded in Go: a message in Protobuf, whose fields in JSON are those of the object. */
  private static final Set<String> EMBEDDED =
      Set.of(
          CORE + "ConfigMapEnvSource.localObjectReference",
          CORE + "ConfigMapKeySelector.localObjectReference",
          CORE + "ConfigMapProjection.localObjectReference",
          CORE + "ConfigMapVolumeSource.localObjectReference",
          CORE + "EphemeralContainer.ephemeralContainerCommon",
          CORE + "PersistentVolumeSpec.persistentVolumeSource",
          CORE + "Probe.handler",
          CORE + "SecretEnvSource.localObjectReference",
          CORE + "SecretKeySelector.localObjectReference",
          CORE + "SecretProjection.localObjectReference",
          CORE + "Volume.volumeSource",
          ADMISSION + "NamedRuleWithOperations.ruleWithOperations",
          ADMISSION + "RuleWithOperations.rule",
          NETWORKING + "IngressRule.ingressRuleValue");

  /** Fields that are called otherwise in JSON. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          entry(ADMISSION + "MutatingWebhookConfiguration.Webhooks", "webhooks"),
          entry(ADMISSION + "ValidatingWebhookConfiguration.Webhooks", "webhooks"),
          entry(ADMISSION + "Validation.Expression", "expression"),
          entry(ADMISSION + "Variable.Expression", "expression"),
          entry(ADMISSION + "Variable.Name", "name"),
          entry("k8s.io.api.authentication.v1.BoundObjectReference.uID", "uid"),
          entry(NETWORKING + "IngressClassParametersReference.aPIGroup", "apiGroup"));

  /** Too new for anybody to have published what it is in JSON. */
  private static final String UNPUBLISHED = CORE + "VolumeMountStatus.volumeStatus";

  private ProtobufSchema() {}

  static Set<String> apiVersions() {
    return FILES.keySet();
  }

  /** The message that an object of a kind is. */
  static Optional<Descriptor> find(String apiVersion, String kind) {
    Supplier<FileDescriptor> file = FILES.get(apiVersion);
    if (file == null) {
      return Optional.empty();
    }
    // Clients give it the group of what they delete.
    return kind.equals("DeleteOptions")
        ? Optional.of(Meta.DeleteOptions.getDescriptor())
        : Optional.ofNullable(file.get().findMessageTypeByName(kind))
            .filter(ProtobufSchema::isObject);
  }

  private static boolean isObject(Descriptor message) {
    return !NO_KINDS.contains(message.getName())
        && Optional.ofNullable(message.findFieldByName("metadata"))
            .filter(field -> field.getMessageType().equals(Meta.ObjectMeta.getDescriptor()))
            .isPresent();
  }

  static Optional<FieldDescriptor> field(Descriptor message, int number) {
    return Optional.ofNullable(message.findFieldByNumber(number))
        .filter(field -> !field.getFullName().equals(UNPUBLISHED));
  }

  static boolean isEmbedded(FieldDescriptor field) {
    return EMBEDDED.contains(field.getFullName());
  }

  /** Its name in JSON. */
  static String name(FieldDescriptor field) {
    return NAMES.getOrDefault(field.getFullName(), field.getName());
  }
}
