package dev.countersign.audit.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The controls that the record says something about, in the order of the catalogue of NIST. */
final class ControlCatalogue {

  /** The release of SP 800-53 whose ids these are. */
  static final String RELEASE = "NIST SP 800-53 Rev. 5, Release 5.2.0";

  private static final String RESOURCE = "controls.json";

  private ControlCatalogue() {}

  static List<Control> all() {
    try (InputStream in = ControlCatalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + RESOURCE);
      }
      List<Control> controls = new ArrayList<>();
      for (JsonNode each : new JsonMapper().readTree(in)) {
        controls.add(control(each));
      }
      return List.copyOf(controls);
    } catch (IOException e) {
      throw new IllegalStateException("no resource " + RESOURCE, e);
    }
  }

  private static Control control(JsonNode json) {
    return new Control(
        json.path("id").asText(),
        json.path("title").asText(),
        Control.Status.valueOf(json.path("status").asText().toUpperCase(Locale.ROOT)),
        json.path("evidenced").asText(),
        json.path("owner").asText(),
        json.path("query").asText(),
        json.has("check")
            ? Optional.of(Check.named(json.path("check").asText()))
            : Optional.empty(),
        json.path("test").asText());
  }

  /**
   * Those of the families and ids that are named; all if none is.
   *
   * @throws IllegalArgumentException if a name is neither
   */
  static List<Control> select(List<String> names) {
    List<Control> all = all();
    for (String name : names) {
      if (all.stream().noneMatch(control -> isNamed(control, name))) {
        throw new IllegalArgumentException(
            "there is no evidence for a control or family "
                + name.replaceAll("[^\\p{Alnum}()-]", "?")
                + "; there is for "
                + String.join(", ", all.stream().map(Control::id).toList()));
      }
    }
    return names.isEmpty()
        ? all
        : all.stream()
            .filter(control -> names.stream().anyMatch(name -> isNamed(control, name)))
            .toList();
  }

  private static boolean isNamed(Control control, String name) {
    return control.id().equalsIgnoreCase(name) || control.family().equalsIgnoreCase(name);
  }
}
