package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;

/**
 * The name of a field, and what it says of the field's value.
 *
 * @param isSecret whether values of that name are secrets by their name
 * @param written as it stands in JSON
 */
record FieldName(String text, Role role, boolean isSecret, SerializableString written) {

  /** What a value is to an object. */
  enum Role {
    KIND,
    NAME,
    VALUE,
    OPERATION,
    PATH,
    METADATA,
    MANAGED_FIELDS,
    /** Of a Secret: values in base64. */
    DATA,
    /** Of a Secret: values as they are. */
    STRING_DATA,
    BINARY_DATA,
    LAST_APPLIED,
    ANNOTATIONS,
    /** Of a Table: what its columns are. */
    COLUMNS,
    ROWS,
    /** Of a row of a Table: a value for each column. */
    CELLS,
    ANY_OTHER
  }

  static FieldName of(String text) {
    return new FieldName(
        text, role(text), SecretText.isSecretName(text), new SerializedString(text));
  }

  private static Role role(String text) {
    return switch (text) {
      case "kind" -> Role.KIND;
      case "name" -> Role.NAME;
      case "value" -> Role.VALUE;
      case "op" -> Role.OPERATION;
      case "path" -> Role.PATH;
      case "metadata" -> Role.METADATA;
      case "managedFields" -> Role.MANAGED_FIELDS;
      case "data" -> Role.DATA;
      case "stringData" -> Role.STRING_DATA;
      case "binaryData" -> Role.BINARY_DATA;
      case "annotations" -> Role.ANNOTATIONS;
      case "columnDefinitions" -> Role.COLUMNS;
      case "rows" -> Role.ROWS;
      case "cells" -> Role.CELLS;
      case "kubectl.kubernetes.io/last-applied-configuration" -> Role.LAST_APPLIED;
      default -> Role.ANY_OTHER;
    };
  }

  /** Whether values of a Secret stand there. */
  boolean holdsSecrets() {
    return role == Role.DATA || role == Role.STRING_DATA;
  }
}
