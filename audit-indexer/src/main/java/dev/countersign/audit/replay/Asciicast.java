package dev.countersign.audit.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Locale;

/**
 * A replay in the format of asciinema, version 2. What a recorded terminal showed is shown as it
 * was, but for escape sequences that do more than print; everything else stands between it in
 * words.
 *
 * @see <a href="https://docs.asciinema.org/manual/asciicast/v2/">asciicast v2</a>
 */
public final class Asciicast {

  /** Players hold everything in memory. */
  static final int MOST_LINES = 200_000;

  static final long MOST_CHARACTERS = 64L << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final int WIDTH = 120;
  private static final int HEIGHT = 36;

  private Asciicast() {}

  /** Writes it. */
  public static void write(Replay replay, String title, Duration longestPause, Writer out)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      json.writeStartObject();
      json.writeNumberField("version", 2);
      json.writeNumberField("width", WIDTH);
      json.writeNumberField("height", HEIGHT);
      json.writeNumberField("timestamp", replay.begin().getEpochSecond());
      json.writeStringField("title", VisibleText.line(title));
      json.writeEndObject();
      events(replay, longestPause, json);
    }
    out.write("\n");
    out.flush();
  }

  private static void events(Replay replay, Duration longestPause, JsonGenerator json)
      throws IOException {
    Duration shown = Duration.ZERO;
    Duration before = Duration.ZERO;
    long characters = 0;
    int lines = 0;
    for (Replay.Line line : replay.lines()) {
      Duration wait = line.at().minus(before);
      shown = shown.plus(wait.compareTo(longestPause) > 0 ? longestPause : wait);
      before = line.at();
      characters += line.text().length() + line.screen().length();
      if (++lines > MOST_LINES || characters > MOST_CHARACTERS) {
        event(shown, "o", "\r\n[cut: this recording is too long to be shown whole]\r\n", json);
        return;
      }
      switch (line.kind()) {
        case SCREEN -> event(shown, "o", line.screen().replaceAll("(?<!\r)\n", "\r\n"), json);
        case TYPED -> event(shown, "i", line.screen(), json);
        case RESIZED -> {
          if (!line.screen().isEmpty()) {
            event(shown, "r", line.screen(), json);
          }
        }
        case SESSION, COMMAND, BLOCKED, APPROVAL, RESULT, CONTENT, OTHER ->
            event(shown, "o", line.text().replace("\n", "\r\n") + "\r\n", json);
      }
    }
  }

  private static void event(Duration at, String code, String text, JsonGenerator json)
      throws IOException {
    json.writeStartArray();
    json.writeNumber(String.format(Locale.ROOT, "%.6f", at.toNanos() / 1e9));
    json.writeString(code);
    json.writeString(text);
    json.writeEndArray();
  }
}
