package dev.countersign.audit.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/**
 * A replay as one HTML page that needs nothing else: readable without a script, played with one.
 * What was recorded is text in it and never markup, and its policy lets nothing run or load but the
 * one style and the one script, by their hashes.
 */
public final class ReplayPage {

  private static final String STYLE = resource("replay.css");
  private static final String SCRIPT = resource("replay.js");

  /** Browsers hold everything in memory. */
  private static final int MOST_LINES = 50_000;

  private ReplayPage() {}

  /** Writes it. */
  public static void write(Replay replay, String title, Appendable out) throws IOException {
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                + " '")
        .append(hash(STYLE))
        .append("'; script-src '")
        .append(hash(SCRIPT))
        .append("'; base-uri 'none'; form-action 'none'\">\n<title>")
        .append(escaped(VisibleText.line(title)))
        .append("</title>\n<style>")
        .append(STYLE)
        .append("</style></head>\n<body><header><h1>")
        .append(escaped(VisibleText.line(title)))
        .append("</h1><p>Began ")
        .append(replay.begin().toString())
        .append(
            ". Times are UTC.</p><p id=\"player\" hidden><button id=\"play\">Play</button> <button"
                + " id=\"step\">Step</button> <button id=\"all\">Show all</button> <label>Speed"
                + " <select id=\"speed\"><option>1</option><option>2</option><option>5</option>"
                + "<option>20</option></select></label> <label><input type=\"checkbox\" id=\"idle\""
                + " checked> Skip idle time</label> <output id=\"clock\"></output></p></header>\n"
                + "<ol id=\"lines\">\n");
    int lines = 0;
    for (Replay.Line line : replay.lines()) {
      if (++lines > MOST_LINES) {
        out.append("<li class=\"other\" data-at=\"")
            .append(Long.toString(line.at().toMillis()))
            .append("\"><pre>[cut: this recording is too long to be shown whole]</pre></li>\n");
        break;
      }
      out.append("<li class=\"")
          .append(line.kind().name().toLowerCase(Locale.ROOT))
          .append("\" data-at=\"")
          .append(Long.toString(line.at().toMillis()))
          .append("\"><pre>")
          .append(escaped(line.text()))
          .append("</pre></li>\n");
    }
    out.append("</ol>\n<script>").append(SCRIPT).append("</script></body></html>\n");
  }

  /** As text of an element or an attribute. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReplayPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("no resource " + name, e);
    }
  }
}
