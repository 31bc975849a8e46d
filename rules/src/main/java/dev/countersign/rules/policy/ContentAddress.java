package dev.countersign.rules.policy;

import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The name of a policy is a digest over all that decides: the rows of SQL and Masking with their
 * places, and the sets of Lists. Examples and explanations do not decide. Every text is preceded by
 * its length and every list by its size, so that no two policies are written the same.
 */
final class ContentAddress {

  private static final String FORMAT = "countersign policy 1";

  private final MessageDigest digest;

  private ContentAddress() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }

  static String of(Workbook workbook) {
    ContentAddress address = new ContentAddress();
    address.text(FORMAT);
    address.number(workbook.sql().size());
    workbook.sql().forEach(address::row);
    address.number(workbook.masking().size());
    workbook.masking().forEach(address::row);
    address.number(workbook.lists().size());
    workbook
        .lists()
        .forEach(
            (name, values) -> {
              address.text(name);
              address.texts(values);
            });
    return HexFormat.of().formatHex(address.digest.digest());
  }

  private void row(SqlRow row) {
    number(row.number());
    text(row.id());
    scope(row.scope());
    texts(row.actions());
    text(row.object());
    text(row.condition().name());
    text(row.ruling().verdict().name());
    if (row.ruling() instanceof Ruling.Approve approve) {
      texts(approve.approvers());
      number(approve.expires().toSeconds());
    }
    text(row.reason());
    text(row.hint());
    texts(row.controls());
  }

  private void row(MaskingRow row) {
    number(row.number());
    text(row.id());
    scope(row.scope());
    text(row.object());
    text(row.column());
    text(row.masker().name());
    text(row.reason());
    texts(row.controls());
  }

  private void scope(Scope scope) {
    texts(scope.groups());
    text(scope.resource());
    text(scope.environment());
  }

  private void texts(List<String> texts) {
    number(texts.size());
    texts.forEach(this::text);
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  private void number(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }
}
