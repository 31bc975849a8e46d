package dev.countersign.decision.notification;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.VisibleText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The body of one message. Whatever an agent could have written stands where the receiver reads no
 * markup, in visible form, and none of it is an address: the only link is ours, and looking at it
 * changes nothing.
 */
final class Message {

  private static final JsonMapper JSON = new JsonMapper();

  private final Delivery delivery;
  private final Approval.Summary approval;
  private final URI link;
  private final boolean showsCommand;

  Message(Delivery delivery, Approval.Summary approval, URI link, boolean showsCommand) {
    this.delivery = delivery;
    this.approval = approval;
    this.link = link;
    this.showsCommand = showsCommand;
  }

  byte[] in(Webhook.Format format) {
    ObjectNode body =
        switch (format) {
          case JSON -> json();
          case SLACK -> slack();
          case TEAMS -> teams();
        };
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode json() {
    ObjectNode out = JSON.createObjectNode();
    out.put("event", delivery.event());
    out.put("delivery", delivery.id());
    out.put("created", delivery.created().toString());
    ObjectNode about = out.putObject("approval");
    about.put("id", approval.id());
    about.put("state", approval.state().name().toLowerCase(Locale.ROOT));
    about.put("url", link.toString());
    about.put("expires", approval.expires().toString());
    facts().forEach(about::put);
    return out;
  }

  /**
   * Texts of type {@code plain_text} are shown as they are but for the three characters that Slack
   * asks to be escaped everywhere.
   *
   * @see <a href="https://docs.slack.dev/messaging/formatting-message-text#escaping">Slack</a>
   */
  private ObjectNode slack() {
    ObjectNode out = JSON.createObjectNode();
    out.put("text", title());
    ArrayNode blocks = out.putArray("blocks");
    blocks.addObject().put("type", "header").set("text", plain(title()));
    ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
    facts().forEach((name, value) -> fields.add(plain(name + ": " + value)));
    blocks
        .addObject()
        .put("type", "actions")
        .putArray("elements")
        .addObject()
        .put("type", "button")
        .put("url", link.toString())
        .set("text", plain("Look at it"));
    return out;
  }

  private static ObjectNode plain(String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return JSON.createObjectNode()
        .put("type", "plain_text")
        .put("text", escaped)
        .put("emoji", false);
  }

  /**
   * An adaptive card. Text runs know no Markdown, unlike text blocks and facts.
   *
   * @see <a href="https://adaptivecards.io/explorer/TextRun.html">TextRun</a>
   */
  private ObjectNode teams() {
    ObjectNode out = JSON.createObjectNode();
    out.put("type", "message");
    ObjectNode attachment = out.putArray("attachments").addObject();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    ObjectNode card = attachment.putObject("content");
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard").put("version", "1.4");
    ArrayNode body = card.putArray("body");
    run(body, title(), "Bolder");
    facts().forEach((name, value) -> run(body, name + ": " + value, "Default"));
    card.putArray("actions")
        .addObject()
        .put("type", "Action.OpenUrl")
        .put("title", "Look at it")
        .put("url", link.toString());
    return out;
  }

  private static void run(ArrayNode body, String text, String weight) {
    body.addObject()
        .put("type", "RichTextBlock")
        .putArray("inlines")
        .addObject()
        .put("type", "TextRun")
        .put("text", text)
        .put("weight", weight);
  }

  private String title() {
    return "Approval "
        + approval.id()
        + " "
        + delivery.event().substring(delivery.event().indexOf('.') + 1);
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("subject", VisibleText.line(approval.subject().name()));
    approval
        .subject()
        .onBehalfOf()
        .ifPresent(owner -> facts.put("onBehalfOf", VisibleText.line(owner)));
    facts.put("resource", VisibleText.line(approval.resource()));
    facts.put("rule", VisibleText.line(approval.deciding().rule()));
    facts.put("reason", VisibleText.line(approval.deciding().reason()));
    if (showsCommand) {
      facts.put(
          "command",
          VisibleText.line(approval.beginning())
              + (approval.textLength() > approval.beginning().length() ? "…" : ""));
    }
    return facts;
  }
}
