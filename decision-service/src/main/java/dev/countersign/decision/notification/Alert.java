package dev.countersign.decision.notification;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Something that somebody should look at, and that no approval is about.
 *
 * @param event the stable name of what happened: {@code control.assessed}
 * @param subject what it is about: the id of a control, or of an emergency
 * @param title one line about it
 * @param isGood whether it is the end of a trouble
 * @param text what was found, made visible
 */
public record Alert(
    String event, String subject, String title, boolean isGood, String text, Instant time) {

  private static final JsonMapper JSON = new JsonMapper();

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
    return JSON.createObjectNode()
        .put("event", event)
        .put("created", time.toString())
        .put("subject", subject)
        .put("satisfied", isGood)
        .put("text", text);
  }

  private ObjectNode slack() {
    ObjectNode out = JSON.createObjectNode().put("text", title);
    ArrayNode blocks = out.putArray("blocks");
    for (String line : new String[] {title, text}) {
      blocks
          .addObject()
          .put("type", "section")
          .putObject("text")
          .put("type", "plain_text")
          .put("text", line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }
    return out;
  }

  private ObjectNode teams() {
    ObjectNode out = JSON.createObjectNode().put("type", "message");
    ObjectNode attachment = out.putArray("attachments").addObject();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    ObjectNode card = attachment.putObject("content");
    card.put("type", "AdaptiveCard").put("version", "1.4");
    ArrayNode body = card.putArray("body");
    for (String line : new String[] {title, text}) {
      body.addObject()
          .put("type", "RichTextBlock")
          .putArray("inlines")
          .addObject()
          .put("type", "TextRun")
          .put("text", line);
    }
    return out;
  }
}
