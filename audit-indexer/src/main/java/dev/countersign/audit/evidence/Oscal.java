package dev.countersign.audit.evidence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The package in the words of NIST's OSCAL: what the component does for which control, how that is
 * assessed, and what came of it.
 *
 * @see <a href="https://pages.nist.gov/OSCAL/">OSCAL</a>
 */
final class Oscal {

  static final String VERSION = "1.1.3";

  private static final String CATALOG =
      "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/"
          + "NIST_SP-800-53_rev5_catalog.json";

  private final List<Control> controls;
  private final EvidenceRequest request;
  private final String product;

  Oscal(List<Control> controls, EvidenceRequest request, String product) {
    this.controls = controls;
    this.request = request;
    this.product = product;
  }

  ObjectNode componentDefinition() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode definition = root.putObject("component-definition");
    definition.put("uuid", id("component-definition"));
    metadata(definition, "Countersign: what the gateway does for controls");
    ObjectNode component = definition.putArray("components").addObject();
    component
        .put("uuid", StableUuid.of("component"))
        .put("type", "software")
        .put("title", "Countersign")
        .put(
            "description",
            "A gateway that decides commands of software agents by policy and records them.");
    ObjectNode implementation = component.putArray("control-implementations").addObject();
    implementation
        .put("uuid", id("control-implementation"))
        .put("source", CATALOG)
        .put("description", "Controls of " + ControlCatalogue.RELEASE + ".");
    ArrayNode requirements = implementation.putArray("implemented-requirements");
    for (Control control : controls) {
      ObjectNode requirement = requirements.addObject();
      requirement
          .put("uuid", StableUuid.of("requirement", control.id()))
          .put("control-id", control.oscalId())
          .put("description", control.evidenced());
      requirement
          .putArray("props")
          .addObject()
          .put("name", "implementation-status")
          .put("value", control.status().word());
      requirement.put("remarks", "Stays with the organisation: " + control.owner());
    }
    return root;
  }

  ObjectNode assessmentPlan() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode plan = root.putObject("assessment-plan");
    plan.put("uuid", id("assessment-plan"));
    metadata(plan, "Countersign: how the record is assessed");
    plan.putObject("import-ssp").put("href", "#" + StableUuid.of("system-security-plan"));
    ArrayNode activities = plan.putObject("local-definitions").putArray("activities");
    for (Control control : controls) {
      control
          .check()
          .ifPresent(
              check -> {
                ObjectNode activity = activities.addObject();
                activity
                    .put("uuid", StableUuid.of("activity", control.id()))
                    .put("title", control.id() + ": " + check.word())
                    .put("description", check.statement());
                selection(activity.putObject("related-controls"), List.of(control));
              });
    }
    if (activities.isEmpty()) {
      plan.remove("local-definitions");
    }
    selection(plan.putObject("reviewed-controls"), controls);
    resource(
        plan.putObject("back-matter").putArray("resources"),
        StableUuid.of("system-security-plan"),
        "The system security plan of the organisation",
        "system-security-plan.json");
    return root;
  }

  /**
   * @param digests SHA-256 of the files that are referred to
   */
  ObjectNode assessmentResults(Gathering gathering, Map<String, String> digests) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode results = root.putObject("assessment-results");
    results.put("uuid", id("assessment-results"));
    metadata(results, "Countersign: what the record shows");
    results.putObject("import-ap").put("href", "#" + StableUuid.of("assessment-plan file"));
    ObjectNode result = results.putArray("results").addObject();
    result
        .put("uuid", id("result"))
        .put("title", "Automatic tests over the record")
        .put("description", "Events from " + request.from() + " to " + request.until() + ".")
        .put("start", request.from().toString())
        .put("end", request.until().toString());
    selection(result.putObject("reviewed-controls"), controls);
    ArrayNode observations = result.putArray("observations");
    ArrayNode findings = result.putArray("findings");
    for (Control control : controls) {
      observation(observations.addObject(), control, gathering);
      finding(findings, control, gathering.results());
    }
    if (findings.isEmpty()) {
      result.remove("findings");
    }
    ArrayNode resources = results.putObject("back-matter").putArray("resources");
    resource(
        resources,
        StableUuid.of("assessment-plan file"),
        "Assessment plan",
        "assessment-plan.json");
    for (Control control : controls) {
      String file = EvidencePackage.population(control);
      resource(resources, StableUuid.of("population", control.id()), file, "../" + file);
      ((ObjectNode) resources.get(resources.size() - 1).path("rlinks").get(0))
          .putArray("hashes")
          .addObject()
          .put("algorithm", "SHA-256")
          .put("value", digests.getOrDefault(file, ""));
    }
    return root;
  }

  private void observation(ObjectNode observation, Control control, Gathering gathering) {
    String tested =
        control
            .check()
            .map(check -> gathering.results().get(check))
            .map(
                result ->
                    " "
                        + result.check().statement()
                        + " Examined "
                        + result.examined()
                        + ", exceptions "
                        + result.exceptions()
                        + ".")
            .orElse("");
    observation
        .put("uuid", id("observation " + control.id()))
        .put("title", control.id())
        .put(
            "description",
            control.evidenced()
                + " Events in the period: "
                + gathering.size(control)
                + "."
                + tested);
    observation.putArray("methods").add(control.check().isPresent() ? "TEST" : "EXAMINE");
    observation
        .putArray("relevant-evidence")
        .addObject()
        .put("href", "#" + StableUuid.of("population", control.id()))
        .put("description", "All events in the period that belong to " + control.id() + ".");
    observation.put("collected", request.until().toString());
  }

  private void finding(ArrayNode findings, Control control, Map<Check, CheckResult> results) {
    CheckResult result = control.check().map(results::get).orElse(null);
    if (result == null || result.outcome() == CheckResult.Outcome.NOTHING_TO_EXAMINE) {
      return;
    }
    boolean satisfied = result.outcome() == CheckResult.Outcome.SATISFIED;
    ObjectNode finding = findings.addObject();
    finding
        .put("uuid", id("finding " + control.id()))
        .put("title", control.id() + ": " + result.outcome().words())
        .put(
            "description",
            "The automatic test of the part that the gateway does. "
                + result.check().statement()
                + " Stays with the organisation: "
                + control.owner());
    ObjectNode target = finding.putObject("target");
    target.put("type", "objective-id").put("target-id", control.oscalId() + "_obj");
    target
        .putObject("status")
        .put("state", satisfied ? "satisfied" : "not-satisfied")
        .put("reason", satisfied ? "pass" : "fail");
    finding
        .putArray("related-observations")
        .addObject()
        .put("observation-uuid", id("observation " + control.id()));
  }

  private static void selection(ObjectNode reviewed, List<Control> controls) {
    ArrayNode include =
        reviewed.putArray("control-selections").addObject().putArray("include-controls");
    controls.forEach(control -> include.addObject().put("control-id", control.oscalId()));
  }

  private static void resource(ArrayNode resources, String uuid, String title, String href) {
    ObjectNode resource = resources.addObject();
    resource.put("uuid", uuid).put("title", title).putArray("rlinks").addObject().put("href", href);
  }

  private void metadata(ObjectNode model, String title) {
    Instant modified = request.until();
    model
        .putObject("metadata")
        .put("title", title)
        .put("last-modified", modified.toString())
        .put("version", product)
        .put("oscal-version", VERSION);
  }

  private String id(String what) {
    return StableUuid.of(what, request.from().toString(), request.until().toString());
  }
}
