package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.rules.verdict.Detector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request says of values that its subject does not get to see.
 *
 * @param detectors what is hidden besides secrets
 */
record HiddenValues(Set<Detector> detectors) {

  private static final List<String> SELECTORS = List.of("labelSelector", "fieldSelector");

  /**
   * A requirement with a value: which name it is about, and what is said of its value. A name is
   * looked at once, where it begins: a long one would cost its length squared.
   */
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "(?<![^=!<>,()\\s])([^=!<>,()\\s]++)\\s*(?:[=!<>]|\\s(?:not)?in\\b)[=\\s]*(\\([^)]*\\)|[^,(]*)");

  /** Whether a selector is about one. */
  boolean areSelected(Query query) {
    SecretText text = new SecretText(detectors);
    for (String selector : SELECTORS) {
      Matcher requirement = REQUIREMENT.matcher(query.first(selector).orElse(""));
      while (requirement.find()) {
        String value = requirement.group(2);
        if (SecretText.isSecretName(requirement.group(1)) || !text.masked(value).equals(value)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a change brings a value for one. */
  boolean areBroughtBy(Asked asked) {
    if (asked.info().base().equals("secrets")) {
      return asked.body().filter(HiddenValues::hasValues).isPresent();
    }
    boolean isPatch = asked.format().equals(Optional.of(BodyReader.Format.JSON_PATCH));
    return asked.body().filter(body -> hides(body) || (isPatch && names(body))).isPresent();
  }

  /** Whether a Secret or a ConfigMap, or a patch of one, is about more than what is said of it. */
  static boolean hasValues(JsonNode body) {
    if (body.isArray()) {
      return body.findValuesAsText("path").stream().anyMatch(at -> !at.startsWith("/metadata/"));
    }
    return body.has("data") || body.has("stringData") || body.has("binaryData");
  }

  private boolean hides(JsonNode body) {
    ObjectMask mask = new ObjectMask(detectors);
    mask.masked(body, false);
    return !mask.hidden().isEmpty();
  }

  /** What a JSON patch replaces it names, all but the names of variables. */
  private static boolean names(JsonNode patch) {
    return patch.findValuesAsText("path").stream()
        .anyMatch(path -> path.endsWith("/value") || SecretText.isSecretName(path));
  }
}
