package dev.countersign.proxy.kubernetes.request;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameters of a request, each known, and each there once but for those that are lists. */
public record Query(List<Parameter> parameters) {

  public static final Query NONE = new Query(List.of());

  private static final int MOST = 200;

  /** Of list options, of writes, of pods/log, of exec and attach, of OpenAPI. */
  private static final Set<String> KNOWN =
      Set.of(
          "pretty",
          "limit",
          "continue",
          "watch",
          "resourceVersion",
          "resourceVersionMatch",
          "labelSelector",
          "fieldSelector",
          "timeoutSeconds",
          "allowWatchBookmarks",
          "sendInitialEvents",
          "includeObject",
          "dryRun",
          "fieldManager",
          "fieldValidation",
          "force",
          "gracePeriodSeconds",
          "propagationPolicy",
          "orphanDependents",
          "timeout",
          "follow",
          "previous",
          "sinceSeconds",
          "sinceTime",
          "timestamps",
          "tailLines",
          "limitBytes",
          "command",
          "container",
          "stdin",
          "stdout",
          "stderr",
          "tty",
          "ports",
          "verbose",
          "hash");

  private static final Set<String> LISTS = Set.of("command", "ports");

  /** One of them, decoded. */
  public record Parameter(String name, String value) {}

  public Query {
    parameters = List.copyOf(parameters);
  }

  /**
   * Reads what stands behind the question mark.
   *
   * @throws UnclearRequestException if a parameter is not known, or is there twice
   */
  public static Query parse(String raw) throws UnclearRequestException {
    List<Parameter> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String pair : raw.isEmpty() ? List.<String>of() : List.of(raw.split("&", -1))) {
      if (pair.indexOf(';') >= 0) {
        throw UnclearRequestException.malformed("a semicolon between parameters");
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      if (!KNOWN.contains(name)) {
        throw UnclearRequestException.malformed("a parameter that is not known: " + name);
      }
      if (!names.add(name) && !LISTS.contains(name)) {
        throw UnclearRequestException.malformed("a parameter that is there twice: " + name);
      }
      parameters.add(new Parameter(name, equals < 0 ? "" : decode(pair.substring(equals + 1))));
      if (parameters.size() > MOST) {
        throw UnclearRequestException.malformed("more than 200 parameters");
      }
    }
    return new Query(parameters);
  }

  private static String decode(String text) throws UnclearRequestException {
    return PercentCode.decode(text.replace('+', ' '));
  }

  public Optional<String> first(String name) {
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  /** All values of that name, in order. */
  public List<String> all(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(name))
        .map(Parameter::value)
        .toList();
  }

  /** As the API server converts it: only absence, {@code false} and {@code 0} are false. */
  public boolean isTrue(String name) {
    return first(name)
        .map(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
        .orElse(false);
  }

  /** The same parameters with one of that name and value alone. */
  public Query with(String name, String value) {
    List<Parameter> others = new ArrayList<>(without(name).parameters());
    others.add(new Parameter(name, value));
    return new Query(others);
  }

  /** The same parameters without those of that name. */
  public Query without(String name) {
    return new Query(
        parameters.stream().filter(parameter -> !parameter.name().equals(name)).toList());
  }

  /** In its one form, with the question mark; empty if there are none. */
  @Override
  public String toString() {
    return parameters.isEmpty()
        ? ""
        : parameters.stream()
            .map(
                parameter ->
                    PercentCode.encodeQuery(parameter.name())
                        + "="
                        + PercentCode.encodeQuery(parameter.value()))
            .collect(Collectors.joining("&", "?", ""));
  }
}
