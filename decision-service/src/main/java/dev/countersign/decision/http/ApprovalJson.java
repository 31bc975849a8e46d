package dev.countersign.decision.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.SignedAnswer;
import dev.countersign.decision.approval.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the API. What an agent wrote goes out in visible form, so that no reader of it, a
 * terminal least of all, can be deceived by it.
 */
final class ApprovalJson {

  /** The body of an answer. */
  record AnswerBody(
      @JsonProperty("digest") @Nullable String digest,
      @JsonProperty("view") @Nullable String view,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("identical") @Nullable Boolean identical) {}

  private ApprovalJson() {}

  static String digestOf(AnswerBody body) throws ApiError {
    if (body.digest() == null) {
      throw ApiError.badRequest("the answer has no digest of what you saw");
    }
    return body.digest();
  }

  static String commentOf(AnswerBody body) throws ApiError {
    String comment = body.comment() == null ? "" : body.comment();
    if (comment.length() > 2000) {
      throw ApiError.badRequest("a comment has at most 2000 characters");
    }
    return comment;
  }

  static AnswerBody readAnswer(byte[] body) throws ApiError {
    return ApiJson.read(
        body,
        AnswerBody.class,
        "{\"digest\": …, \"view\": …, \"comment\": …, \"identical\": true or false}");
  }

  static ObjectNode summary(Approval.Summary summary, boolean mayAnswer) {
    ObjectNode out = ApiJson.object();
    out.put("id", summary.id());
    out.put("state", summary.state().name().toLowerCase(Locale.ROOT));
    out.put("resource", summary.resource());
    out.set("subject", ApiJson.subject(summary.subject()));
    out.put("session", summary.session());
    out.put("rule", summary.deciding().rule());
    out.put("reason", summary.deciding().reason());
    out.put("about", VisibleText.line(summary.deciding().part()));
    out.put("excerpt", excerpt(summary));
    out.put("textLength", summary.textLength());
    out.put("requested", summary.requested().toString());
    out.put("expires", summary.expires().toString());
    out.put("quorum", summary.quorum());
    out.put("saidYes", summary.saidYes());
    out.put("escalatedTo", summary.escalatedTo().orElse(null));
    out.put("standing", summary.standing().orElse(null));
    out.put("preApprovable", summary.preApprovable().map(Object::toString).orElse(null));
    out.put("mayAnswer", mayAnswer);
    return out;
  }

  private static String excerpt(Approval.Summary summary) {
    int shown = summary.beginning().codePointCount(0, summary.beginning().length());
    return VisibleText.line(summary.beginning()) + (shown < summary.textLength() ? "…" : "");
  }

  static ObjectNode approval(
      Approval approval, boolean mayAnswer, String view, List<SignedAnswer> signatures) {
    ObjectNode out = summary(approval.summary(), mayAnswer);
    VisibleText text = VisibleText.of(approval.command().text());
    out.put("digest", approval.digest());
    out.put("view", view);
    out.put("text", text.text());
    out.set("textWarnings", ApiJson.strings(text.warnings()));
    ArrayNode parameters = out.putArray("parameters");
    approval.command().parameters().forEach(parameter -> parameters.add(parameter(parameter)));
    out.put("policyVersion", approval.command().policyVersion());
    ArrayNode rows = out.putArray("rows");
    approval.rows().forEach(row -> rows.add(ApiJson.row(row)));
    ArrayNode exhibits = out.putArray("exhibits");
    approval.exhibits().forEach(exhibit -> exhibits.add(exhibit(exhibit)));
    ArrayNode groups = out.putArray("approverGroups");
    approval
        .summary()
        .approverGroups()
        .forEach(entry -> groups.add(ApiJson.strings(entry.stream().sorted().toList())));
    ArrayNode yes = out.putArray("yes");
    approval.yes().forEach(one -> yes.add(yes(one)));
    out.set("answer", approval.ending().map(ApprovalJson::ending).orElse(null));
    ArrayNode proofs = out.putArray("signatures");
    signatures.forEach(one -> proofs.add(signature(one)));
    out.set("run", approval.run().map(ApprovalJson::run).orElse(null));
    return out;
  }

  private static ObjectNode exhibit(Exhibit exhibit) {
    ObjectNode out = ApiJson.object();
    out.put("title", VisibleText.line(exhibit.title()));
    out.put("format", exhibit.format().name().toLowerCase(Locale.ROOT));
    out.put("content", VisibleText.of(exhibit.content()).text());
    return out;
  }

  private static ObjectNode parameter(FrozenCommand.Parameter parameter) {
    ObjectNode out = ApiJson.object();
    out.put("typeOid", parameter.typeOid());
    out.put("format", parameter.format() == 0 ? "text" : "binary");
    out.put("value", visible(parameter).orElse(null));
    return out;
  }

  /** A bound value as a reader understands it: text in visible form, anything else in hex. */
  static Optional<String> visible(FrozenCommand.Parameter parameter) {
    return parameter
        .value()
        .map(
            hex ->
                parameter.format() == 0
                    ? VisibleText.line(
                        new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8))
                    : "\\x" + hex);
  }

  private static ObjectNode yes(Approval.Yes yes) {
    ObjectNode out = ApiJson.object();
    out.set("by", ApiJson.subject(yes.by()));
    out.put("at", yes.at().toString());
    out.put("comment", VisibleText.of(yes.comment()).text());
    return out;
  }

  private static ObjectNode signature(SignedAnswer answer) {
    ObjectNode out = ApiJson.object();
    out.put("by", answer.subjectId());
    out.put("vote", answer.vote().name().toLowerCase(Locale.ROOT));
    out.put("view", answer.view());
    out.put("at", answer.at().toString());
    out.put("key", answer.key());
    out.put("signature", answer.signature());
    return out;
  }

  private static ObjectNode run(Approval.Run run) {
    ObjectNode out = ApiJson.object();
    out.put("at", run.at().toString());
    out.put("error", VisibleText.line(run.error()));
    return out;
  }

  private static ObjectNode ending(Approval.Ending ending) {
    ObjectNode out = ApiJson.object();
    out.set("by", ending.by().map(ApiJson::subject).orElse(null));
    out.put("at", ending.at().toString());
    out.put("comment", VisibleText.of(ending.comment()).text());
    return out;
  }
}
