package dev.countersign.rules.policy;

import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.KubernetesRow;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.RiskFactor;
import dev.countersign.rules.workbook.RiskRow;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Workbook;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The name of a policy is a digest over all that decides: the rows of the rule sheets with their
 * places, and the sets of Lists. Examples and explanations do not decide. Every text is preceded by
 * its length and every list by its size, so that no two policies are written the same.
 */
final class ContentAddress {

  private static final String FORMAT = "countersign policy 2";

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
    address.rows(workbook.sql());
    address.rows(workbook.git());
    address.rows(workbook.kubernetes());
    address.rows(workbook.masking());
    address.rows(workbook.access());
    address.rows(workbook.risk());
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

  private void rows(List<? extends RuleRow> rows) {
    number(rows.size());
    for (RuleRow row : rows) {
      particulars(row.particulars());
      scope(row.scope());
      switch (row) {
        case SqlRow sql -> row(sql);
        case GitRow git -> row(git);
        case KubernetesRow kubernetes -> row(kubernetes);
        case MaskingRow masking -> row(masking);
        case AccessRow access -> row(access);
        case RiskRow risk -> row(risk);
      }
    }
  }

  private void particulars(Particulars particulars) {
    number(particulars.number());
    text(particulars.id());
    text(particulars.name());
    text(particulars.reason());
    text(particulars.hint());
    texts(particulars.controls());
    text(particulars.owner());
    day(particulars.validity().from());
    day(particulars.validity().until());
    text(particulars.mode().name());
  }

  private void day(Optional<LocalDate> day) {
    text(day.map(LocalDate::toString).orElse(""));
  }

  private void scope(Scope scope) {
    texts(scope.groups());
    text(scope.resource());
    text(scope.environment());
  }

  private void row(SqlRow row) {
    texts(row.actions());
    text(row.object());
    text(row.condition().name());
    ruling(row.ruling());
  }

  private void row(GitRow row) {
    texts(row.actions());
    text(row.ref());
    text(row.path());
    text(row.condition().name());
    ruling(row.ruling());
  }

  private void row(KubernetesRow row) {
    texts(row.actions());
    text(row.object());
    text(row.namespace());
    text(row.condition().name());
    if (!row.command().equals(KubernetesRow.ANY_COMMAND)) {
      // No verdict is written so: a row without it has the name that it had before there was one.
      text("command line");
      text(row.command());
    }
    ruling(row.ruling());
  }

  private void row(AccessRow row) {
    number(row.standing() ? 0 : row.longest().toSeconds());
    texts(row.hours().days().stream().sorted().map(Enum::name).toList());
    text(row.hours().from().toString());
    text(row.hours().until().toString());
    ruling(row.ruling());
  }

  private void row(RiskRow row) {
    number(row.points());
    switch (row.part()) {
      case RiskRow.Factor(RiskFactor factor) -> text(factor.name());
      case RiskRow.Threshold(Ruling ruling) -> ruling(ruling);
    }
  }

  private void row(MaskingRow row) {
    text(row.object());
    text(row.column());
    switch (row.treatment()) {
      case Treatment.Clear() -> text("clear");
      case Treatment.Detect detect -> {
        text("detect");
        text(detect.detector().name());
        text(detect.masker().name());
      }
      case Treatment.Hide hide -> {
        text(hide.masker().name());
        number(hide.sealed() ? 1 : 0);
      }
    }
  }

  private void ruling(Ruling ruling) {
    text(ruling.verdict().name());
    if (ruling instanceof Ruling.Approve approve) {
      texts(approve.approvers());
      number(approve.quorum());
      number(approve.expires().toSeconds());
      // Only where it is: what workbooks without it are called stays.
      approve
          .preApproval()
          .ifPresent(
              terms -> {
                text("pre-approval");
                number(terms.longest().toSeconds());
                text(terms.anyValues() ? "any values" : "the same values");
              });
    }
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
