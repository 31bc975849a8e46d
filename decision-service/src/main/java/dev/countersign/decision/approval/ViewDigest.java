package dev.countersign.decision.approval;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The digest of all that an approver is shown: the command, why it waits, and what lies beside it.
 * Two requests with one view look the same in all that matters.
 */
final class ViewDigest {

  private static final String FORM = "countersign view 1";

  private ViewDigest() {}

  static String of(Approval approval) {
    List<String> shown = new ArrayList<>();
    shown.add(FORM);
    shown.add(approval.digest());
    approval
        .rows()
        .forEach(row -> shown.addAll(List.of("row", row.rule(), row.part(), row.reason())));
    for (Exhibit exhibit : approval.exhibits()) {
      shown.addAll(List.of("exhibit", exhibit.title(), exhibit.format().name(), exhibit.content()));
    }
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(LengthPrefixed.of(shown)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
