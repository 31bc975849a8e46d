package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;

/**
 * The columns of a Table that show what has the name of a secret.
 *
 * @param isUnknown whether nothing has said yet what the columns are
 */
record TableColumns(boolean isUnknown, BitSet secret) {

  static final TableColumns UNKNOWN = new TableColumns(true, new BitSet());

  /** What the API server writes before the path of a column of a custom resource. */
  private static final String PATH = "Custom resource definition column (in JSONPath format): ";

  static TableColumns of(JsonNode definitions) {
    BitSet secret = new BitSet();
    for (int i = 0; i < definitions.size(); i++) {
      secret.set(i, isSecret(definitions.get(i)));
    }
    return new TableColumns(false, secret);
  }

  /** The path says better what it is than the name that somebody gave it. */
  private static boolean isSecret(JsonNode definition) {
    String description = definition.path("description").asText("");
    return description.startsWith(PATH)
        ? SecretText.isSecretName(description.substring(PATH.length()))
        : SecretText.isSecretName(definition.path("name").asText(""));
  }

  /** What is hidden once stays so: an object inside a row may speak of columns, too. */
  TableColumns and(TableColumns more) {
    BitSet both = (BitSet) secret.clone();
    both.or(more.secret);
    return new TableColumns(isUnknown && more.isUnknown, both);
  }

  boolean isSecret(int column) {
    return secret.get(column);
  }
}
