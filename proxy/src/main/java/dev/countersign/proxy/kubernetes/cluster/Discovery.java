package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the cluster says of what it serves. */
final class Discovery {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private Discovery() {}

  /** Of {@code /api} or {@code /apis}, all kinds at once. */
  static ObjectNode aggregated(boolean core) {
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    groups()
        .forEach(
            (group, kinds) -> {
              if (group.isEmpty() != core) {
                return;
              }
              ObjectNode item = items.addObject();
              if (!core) {
                item.putObject("metadata").put("name", group);
              }
              ObjectNode version = item.putArray("versions").addObject();
              version.put("version", kinds.getFirst().version()).put("freshness", "Current");
              ArrayNode resources = version.putArray("resources");
              kinds.forEach(kind -> aggregated(kind, resources.addObject()));
            });
    return list;
  }

  private static void aggregated(Kind kind, ObjectNode resource) {
    resource.put("resource", kind.plural());
    responseKind(kind, resource);
    resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
    resource.put("singularResource", kind.kind().toLowerCase(Locale.ROOT));
    VERBS.forEach(resource.putArray("verbs")::add);
    if (!kind.shortName().isEmpty()) {
      resource.putArray("shortNames").add(kind.shortName());
    }
    if (!kind.subresources().isEmpty()) {
      ArrayNode subresources = resource.putArray("subresources");
      for (String name : kind.subresources()) {
        ObjectNode subresource = subresources.addObject().put("subresource", name);
        responseKind(kind, subresource);
        subresource.putArray("verbs").add("get").add("create").add("patch").add("update");
      }
    }
  }

  private static void responseKind(Kind kind, ObjectNode in) {
    in.putObject("responseKind")
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  /** Of {@code /apis}, as older clients read it. */
  static ObjectNode groupList() {
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode all = list.putArray("groups");
    groups()
        .forEach(
            (group, kinds) -> {
              if (!group.isEmpty()) {
                ObjectNode item = all.addObject().put("name", group);
                String version = kinds.getFirst().version();
                ObjectNode preferred = JSON.createObjectNode();
                preferred.put("groupVersion", group + "/" + version).put("version", version);
                item.putArray("versions").add(preferred);
                item.set("preferredVersion", preferred);
              }
            });
    return list;
  }

  /** Of one group and version. */
  static ObjectNode resourceList(List<Kind> kinds) {
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", "APIResourceList").put("apiVersion", "v1");
    list.put("groupVersion", kinds.getFirst().apiVersion());
    ArrayNode resources = list.putArray("resources");
    for (Kind kind : kinds) {
      ObjectNode resource = resources.addObject();
      resource.put("name", kind.plural()).put("kind", kind.kind());
      resource.put("singularName", kind.kind().toLowerCase(Locale.ROOT));
      resource.put("namespaced", kind.namespaced());
      VERBS.forEach(resource.putArray("verbs")::add);
      if (!kind.shortName().isEmpty()) {
        resource.putArray("shortNames").add(kind.shortName());
      }
      for (String name : kind.subresources()) {
        ObjectNode subresource = resources.addObject();
        subresource.put("name", kind.plural() + "/" + name).put("kind", kind.kind());
        subresource.put("singularName", "").put("namespaced", kind.namespaced());
        subresource.putArray("verbs").add("get").add("create");
        if (name.equals("eviction")) {
          // kubectl drain looks for it here, and deletes where it is not.
          subresource.put("group", "policy").put("version", "v1").put("kind", "Eviction");
        }
      }
    }
    return list;
  }

  /** What {@code /openapi/v3} lists. */
  static ObjectNode openApiIndex() {
    ObjectNode index = JSON.createObjectNode();
    ObjectNode paths = index.putObject("paths");
    groups()
        .values()
        .forEach(
            kinds -> {
              String root = kinds.getFirst().root();
              paths
                  .putObject(root)
                  .put("serverRelativeURL", "/openapi/v3/" + root + "?hash=" + "0".repeat(16));
            });
    return index;
  }

  /** As much of OpenAPI as kubectl asks before it writes: that the server validates fields. */
  static ObjectNode openApi(List<Kind> kinds) {
    ObjectNode document = JSON.createObjectNode();
    document.put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0");
    ObjectNode paths = document.putObject("paths");
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    for (Kind kind : kinds) {
      String root = "/" + kind.root() + (kind.namespaced() ? "/namespaces/{namespace}" : "");
      ObjectNode patch = paths.putObject(root + "/" + kind.plural() + "/{name}").putObject("patch");
      ArrayNode parameters = patch.putArray("parameters");
      for (String name : List.of("dryRun", "fieldValidation", "fieldManager", "force")) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", "query");
        parameter.putObject("schema").put("type", "string");
      }
      gvk(kind, patch.putObject("x-kubernetes-group-version-kind"));
      patch.putObject("responses");
      ObjectNode schema = schemas.putObject("test." + kind.kind()).put("type", "object");
      gvk(kind, schema.putArray("x-kubernetes-group-version-kind").addObject());
    }
    return document;
  }

  private static void gvk(Kind kind, ObjectNode in) {
    in.put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
  }

  static Map<String, List<Kind>> groups() {
    Map<String, List<Kind>> groups = new LinkedHashMap<>();
    for (Kind kind : Kind.ALL) {
      groups.computeIfAbsent(kind.group(), group -> new ArrayList<>()).add(kind);
    }
    return groups;
  }
}
