package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.util.List;
import java.util.Optional;

/**
 * Exactly what will run if somebody says yes: any other byte is another command.
 *
 * @param text the statement text
 * @param parameters the bound parameters in order; an empty optional is SQL NULL
 * @param resource on what
 * @param subject who asks
 * @param policyVersion under which policy the approval was demanded
 */
public record FrozenCommand(
    String text,
    List<Parameter> parameters,
    String resource,
    Subject subject,
    String policyVersion) {

  /**
   * A bound parameter.
   *
   * @param typeOid the type the client declared, 0 if it left that to the server
   * @param format 0 for text, 1 for binary
   * @param value the bytes in hex; empty for SQL NULL
   */
  public record Parameter(int typeOid, int format, Optional<String> value) {
    public Parameter {
      requireNonNull(value, "value");
    }
  }

  public FrozenCommand {
    requireNonNull(text, "text");
    parameters = List.copyOf(parameters);
    requireNonNull(resource, "resource");
    requireNonNull(subject, "subject");
    requireNonNull(policyVersion, "policyVersion");
  }
}
