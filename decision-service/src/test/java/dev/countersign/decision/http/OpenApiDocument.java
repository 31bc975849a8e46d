package dev.countersign.decision.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tests need of the OpenAPI document: its operations. Reads the one layout that it has. */
record OpenApiDocument(List<Operation> operations) {

  /**
   * One method on one path.
   *
   * @param roles who may call it; empty if anybody may, without a token
   */
  record Operation(String method, String path, Optional<Set<String>> roles, String text) {

    String name() {
      return method + " " + path;
    }

    /** Whether a client can have it made once with a key. */
    boolean isChange() {
      return text.contains("parameters/IdempotencyKey");
    }

    boolean isList() {
      return text.contains("parameters/Cursor");
    }

    @Override
    public String toString() {
      return name();
    }
  }

  private static final Pattern PATH = Pattern.compile("^  (/\\S+):$");
  private static final Pattern METHOD = Pattern.compile("^    (get|post|put|delete|patch):$");
  private static final Pattern ROLES =
      Pattern.compile("^      x-roles: \\[(.*)]$", Pattern.MULTILINE);

  static OpenApiDocument parse(String yaml) {
    List<Operation> operations = new ArrayList<>();
    String path = "";
    String method = "";
    StringBuilder text = new StringBuilder();
    for (String line : yaml.lines().takeWhile(l -> !l.equals("components:")).toList()) {
      Matcher newPath = PATH.matcher(line);
      Matcher newMethod = METHOD.matcher(line);
      if (newPath.matches() || newMethod.matches()) {
        add(operations, method, path, text);
        method = "";
      }
      if (newPath.matches()) {
        path = newPath.group(1);
      } else if (newMethod.matches()) {
        method = newMethod.group(1).toUpperCase(Locale.ROOT);
      } else {
        text.append(line).append('\n');
      }
    }
    add(operations, method, path, text);
    return new OpenApiDocument(List.copyOf(operations));
  }

  private static void add(
      List<Operation> operations, String method, String path, StringBuilder text) {
    if (!method.isEmpty()) {
      Matcher roles = ROLES.matcher(text);
      operations.add(
          new Operation(
              method,
              path,
              roles.find() ? Optional.of(Set.of(roles.group(1).split(", "))) : Optional.empty(),
              text.toString()));
    }
    text.setLength(0);
  }
}
