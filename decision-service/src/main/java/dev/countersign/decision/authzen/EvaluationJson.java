package dev.countersign.decision.authzen;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.ContentRule;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.Locale;

/** A decision as the specification writes it (section 5.5): a boolean, and why in its context. */
final class EvaluationJson {

  private EvaluationJson() {}

  /**
   * @param masks whether whoever asked hides values as it is told to; others get none to hide
   */
  static ObjectNode answer(Decision decision, boolean masks) {
    boolean permitted =
        switch (decision) {
          case Decision.Allow _ -> true;
          case Decision.Mask _ -> masks;
          case Decision.Approve _, Decision.Block _ -> false;
        };
    MatchedRow row = decision.why().deciding();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("decision", permitted);
    ObjectNode context = out.putObject("context");
    context.put("id", row.rule());
    context.put("verdict", decision.verdict().name().toLowerCase(Locale.ROOT));
    context.put("policy", decision.why().policyVersion());
    context
        .putObject("reason_admin")
        .put("en", "%s row %d, %s: %s".formatted(row.sheet(), row.row(), row.rule(), row.part()));
    context.putObject("reason_user").put("en", reason(decision, row, permitted));
    if (!row.hint().isEmpty()) {
      context.put("hint", row.hint());
    }
    if (permitted) {
      masks(context, decision.masks());
    }
    if (decision instanceof Decision.Approve approve) {
      approval(context.putObject("approval"), approve.demand());
    }
    return out;
  }

  private static String reason(Decision decision, MatchedRow row, boolean permitted) {
    return decision instanceof Decision.Mask && !permitted
        ? row.reason() + " (ask with context.enforces [\"mask\"] if you hide values as told)"
        : row.reason();
  }

  private static void masks(ObjectNode context, MaskPlan plan) {
    if (plan.isEmpty()) {
      return;
    }
    ArrayNode masks = context.putArray("masks");
    for (ContentRule rule : plan.contents()) {
      masks
          .addObject()
          .put("rule", rule.because().rule())
          .put("detector", rule.detector().name().toLowerCase(Locale.ROOT))
          .put("masker", rule.masker().name().toLowerCase(Locale.ROOT));
    }
    for (MaskRule rule : plan.rules()) {
      masks
          .addObject()
          .put("rule", rule.because().rule())
          .put("object", rule.relation().toString())
          .put("column", rule.column().toString())
          .put("masker", rule.masker().name().toLowerCase(Locale.ROOT))
          .put("sealed", rule.sealed());
    }
  }

  private static void approval(ObjectNode out, ApprovalDemand demand) {
    ArrayNode groups = out.putArray("groups");
    demand
        .groups()
        .forEach(
            entry -> {
              ArrayNode any = groups.addArray();
              entry.stream().sorted().forEach(any::add);
            });
    out.put("quorum", demand.quorum());
    out.put("expires", demand.expiry().toString());
  }

  /** A question that could not be put to the policy; section 7.2.1. */
  static ObjectNode error(int status, String message) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("decision", false);
    out.putObject("context").putObject("error").put("status", status).put("message", message);
    return out;
  }
}
