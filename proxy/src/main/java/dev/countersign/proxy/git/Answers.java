package dev.countersign.proxy.git;

import dev.countersign.decision.quota.AddressLimits.TooOften;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.git.wire.LargeFileWords;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PlainText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What the door says in HTTP: git shows the text of an error as {@code remote: …}. */
final class Answers {

  private Answers() {}

  /** Begins the answer to a git client. */
  static OutputStream git(HttpExchange exchange, String contentType) throws IOException {
    OutputStream out =
        exchange.respond(
            200,
            HttpFields.of(
                "Content-Type",
                contentType,
                "Cache-Control",
                "no-cache, max-age=0, must-revalidate"));
    // A client that has heard nothing when its connection ends asks once more by itself.
    out.flush();
    return out;
  }

  /** An error, in words. */
  static void error(HttpExchange exchange, int status, String words) throws IOException {
    try (OutputStream out =
        exchange.respond(
            status,
            HttpFields.of(
                "Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"))) {
      out.write((words + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  static void unauthorized(HttpExchange exchange, String words) throws IOException {
    try (OutputStream out =
        exchange.respond(
            401,
            HttpFields.of(
                "Content-Type",
                "text/plain; charset=utf-8",
                "WWW-Authenticate",
                "Basic realm=\"Countersign\", charset=\"UTF-8\""))) {
      out.write((words + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  static void tooOften(HttpExchange exchange, TooOften over) throws IOException {
    try (OutputStream out =
        exchange.respond(
            429,
            HttpFields.of(
                "Content-Type",
                "text/plain; charset=utf-8",
                "Retry-After",
                Long.toString(over.seconds())))) {
      out.write(("Countersign: " + over.words() + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** An answer of Git LFS. */
  static void lfs(HttpExchange exchange, int status, byte[] json) throws IOException {
    try (OutputStream out =
        exchange.respond(
            status,
            HttpFields.of("Content-Type", LargeFileWords.TYPE, "Cache-Control", "no-store"))) {
      out.write(json);
    }
  }

  /** A refusal inside of the protocol: git shows it as {@code fatal: remote error: …}. */
  static void refused(HttpExchange exchange, String contentType, String words) throws IOException {
    try (OutputStream out = git(exchange, contentType)) {
      PacketWriter packets = new PacketWriter(out);
      packets.text("ERR " + words);
      packets.flush();
    }
  }

  /** A refusal in a line or two. */
  static String words(Passage.Refused refused) {
    String hint = refused.row().hint();
    return PlainText.line(
        refused.message()
            + (hint.isEmpty() ? "" : ". " + hint)
            + " (decision "
            + refused.decision()
            + ")");
  }
}
