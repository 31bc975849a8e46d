package dev.countersign.decision.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the API. What an agent wrote goes out in visible form, so that no reader of it, a
 * terminal least of all, can be deceived by it.
 */
final class ApprovalJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The body of an answer. */
  record AnswerBody(
      @JsonProperty("digest") @Nullable String digest,
      @JsonProperty("comment") @Nullable String comment) {}

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
    try {
      AnswerBody answer =
          JSON.readValue(new String(body, StandardCharsets.UTF_8), AnswerBody.class);
      if (answer == null) {
        throw ApiError.badRequest("the body is not {\"digest\": …, \"comment\": …}");
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw ApiError.badRequest("the body is not {\"digest\": …, \"comment\": …}");
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static ObjectNode error(ApiError error) {
    ObjectNode out = object();
    out.putObject("error")
        .put("code", error.code())
        .put("message", error.message())
        .put("hint", error.hint());
    return out;
  }

  static ObjectNode subject(Subject subject) {
    ObjectNode out = object();
    out.put("issuer", subject.issuer());
    out.put("id", subject.id());
    out.put("name", subject.name());
    out.put("kind", subject.kind().name().toLowerCase(Locale.ROOT));
    out.set("groups", strings(subject.groups().stream().sorted().toList()));
    out.put("onBehalfOf", subject.onBehalfOf().orElse(null));
    return out;
  }

  static ObjectNode summary(Approval.Summary summary, boolean mayAnswer) {
    ObjectNode out = object();
    out.put("id", summary.id());
    out.put("state", summary.state().name().toLowerCase(Locale.ROOT));
    out.put("resource", summary.resource());
    out.set("subject", subject(summary.subject()));
    out.put("session", summary.session());
    out.put("rule", summary.deciding().rule());
    out.put("reason", summary.deciding().reason());
    out.put("excerpt", excerpt(summary));
    out.put("textLength", summary.textLength());
    out.put("requested", summary.requested().toString());
    out.put("expires", summary.expires().toString());
    out.put("quorum", summary.quorum());
    out.put("saidYes", summary.saidYes());
    out.put("mayAnswer", mayAnswer);
    return out;
  }

  private static String excerpt(Approval.Summary summary) {
    int shown = summary.beginning().codePointCount(0, summary.beginning().length());
    return VisibleText.line(summary.beginning()) + (shown < summary.textLength() ? "…" : "");
  }

  static ObjectNode approval(Approval approval, boolean mayAnswer) {
    ObjectNode out = summary(approval.summary(), mayAnswer);
    VisibleText text = VisibleText.of(approval.command().text());
    out.put("digest", approval.digest());
    out.put("text", text.text());
    out.set("textWarnings", strings(text.warnings()));
    ArrayNode parameters = out.putArray("parameters");
    approval.command().parameters().forEach(parameter -> parameters.add(parameter(parameter)));
    out.put("policyVersion", approval.command().policyVersion());
    ArrayNode rows = out.putArray("rows");
    approval.rows().forEach(row -> rows.add(row(row)));
    ArrayNode groups = out.putArray("approverGroups");
    approval
        .summary()
        .approverGroups()
        .forEach(entry -> groups.add(strings(entry.stream().sorted().toList())));
    ArrayNode yes = out.putArray("yes");
    approval.yes().forEach(one -> yes.add(yes(one)));
    out.set("answer", approval.ending().map(ApprovalJson::ending).orElse(null));
    return out;
  }

  private static ObjectNode parameter(FrozenCommand.Parameter parameter) {
    ObjectNode out = object();
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

  private static ObjectNode row(MatchedRow row) {
    ObjectNode out = object();
    out.put("rule", row.rule());
    out.put("sheet", row.sheet());
    out.put("row", row.row());
    out.put("verdict", row.verdict().name());
    out.put("part", VisibleText.line(row.part()));
    out.put("reason", row.reason());
    out.put("hint", row.hint());
    out.set("controls", strings(row.controls()));
    return out;
  }

  private static ObjectNode yes(Approval.Yes yes) {
    ObjectNode out = object();
    out.set("by", subject(yes.by()));
    out.put("at", yes.at().toString());
    out.put("comment", VisibleText.of(yes.comment()).text());
    return out;
  }

  private static ObjectNode ending(Approval.Ending ending) {
    ObjectNode out = object();
    out.set("by", ending.by().map(ApprovalJson::subject).orElse(null));
    out.put("at", ending.at().toString());
    out.put("comment", VisibleText.of(ending.comment()).text());
    return out;
  }

  private static ArrayNode strings(Collection<String> values) {
    ArrayNode out = JSON.createArrayNode();
    values.forEach(out::add);
    return out;
  }

  static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
