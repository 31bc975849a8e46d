package dev.countersign.cli.policy;

import static dev.countersign.cli.api.ApiClient.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.ApiClient;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Versions of the policy over the API, as one subject. */
final class VersionsClient {

  private static final String PATH = "/api/v1/policy/versions";
  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  /** Long enough to tell versions from each other, short enough to copy. */
  private static final int SHORT_ID = 12;

  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private final ApiClient api;

  VersionsClient(ApiClient api) {
    this.api = api;
  }

  JsonNode submit(byte[] xlsx) {
    return api.post(PATH, XLSX, xlsx);
  }

  /** All versions, and which is in force. */
  JsonNode list() {
    return api.list(PATH, "versions");
  }

  /** What was in force when, the newest first. */
  JsonNode history() {
    return api.list("/api/v1/policy/activations", "activations").path("activations");
  }

  byte[] workbook(String id) {
    return api.file(PATH + "/" + encoded(id) + "/workbook");
  }

  JsonNode activate(String id, String replacing, String reason) {
    return api.post(
        PATH + "/" + encoded(id) + "/activate", Map.of("replacing", replacing, "reason", reason));
  }

  /** The one version whose id begins like this, or that was in force when this day ended. */
  String whole(String prefix) {
    if (DAY.matcher(prefix).matches()) {
      return inForceOn(prefix);
    }
    List<String> ids =
        StreamSupport.stream(list().path("versions").spliterator(), false)
            .map(version -> version.path("id").asText())
            .filter(id -> id.startsWith(prefix))
            .toList();
    if (ids.size() != 1) {
      throw new CommandFailure(
          ids.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.USAGE,
          (ids.isEmpty() ? "no version's id begins with " : "several versions' ids begin with ")
              + prefix
              + "; see countersign policy history");
    }
    return ids.getFirst();
  }

  private String inForceOn(String day) {
    // Both are UTC, and ISO 8601 sorts as it is written.
    return StreamSupport.stream(history().spliterator(), false)
        .filter(one -> one.path("at").asText().substring(0, day.length()).compareTo(day) <= 0)
        .findFirst()
        .map(one -> one.path("version").asText())
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NOT_FOUND,
                    "the history does not reach back to "
                        + day
                        + "; see countersign policy history"));
  }

  static String brief(JsonNode id) {
    String whole = id.asText("");
    return whole.isEmpty() || id.isNull() ? "-" : whole.substring(0, SHORT_ID);
  }
}
