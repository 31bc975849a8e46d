package dev.countersign.audit.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.index.SampleEvents;
import dev.countersign.rules.verdict.Verdict;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReplayExportTest {

  private static final Replay REPLAY =
      replay(
          SampleEvents.opened("s-1"),
          SampleEvents.applied("s-1", 1, Verdict.APPROVE),
          SampleEvents.requested("s-1", 1),
          SampleEvents.answered("s-1", 1),
          SampleEvents.content("s-1", 1, Event.ContentRecorded.Stream.RESIZE, "100x30"),
          SampleEvents.content(
              "s-1",
              1,
              Event.ContentRecorded.Stream.OUTPUT,
              "\u001b]52;c;AA\u0007\u001b[32m$ \u001b[0m"),
          SampleEvents.content("s-1", 1, Event.ContentRecorded.Stream.INPUT, "id\r"),
          SampleEvents.content(
              "s-1", 1, Event.ContentRecorded.Stream.OUTPUT, "</pre><script>alert(1)</script>\n"),
          SampleEvents.content(
              "s-1",
              1,
              Event.ContentRecorded.Stream.ROWS,
              "[\"7\",\"Ada\",null]\n[\"12\",\"B\u202eob\",\"x\"]"),
          SampleEvents.closed("s-1", 1));

  @Test
  void showsATerminalAsATerminalAndApprovalsInTheirPlace() throws Exception {
    StringWriter out = new StringWriter();

    Asciicast.write(REPLAY, "s-1", Duration.ofSeconds(1), out);

    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(new JsonMapper().readTree(line));
      }
    }
    assertThat(lines.getFirst().path("version").asInt()).isEqualTo(2);
    assertThat(lines.getFirst().path("timestamp").asLong()).isEqualTo(1_763_978_400L);
    assertThat(lines.subList(1, lines.size()))
        .allMatch(event -> event.isArray() && event.size() == 3 && event.get(0).isNumber());
    assertThat(lines.get(4).get(2).asText()).contains("approval A-1 APPROVED by Bob");
    assertThat(lines.get(5).get(1).asText()).isEqualTo("r");
    assertThat(lines.get(5).get(2).asText()).isEqualTo("100x30");
    assertThat(lines.get(6).get(2).asText()).isEqualTo("\u001b[32m$ \u001b[0m");
    assertThat(lines.get(7).get(1).asText()).isEqualTo("i");
    assertThat(lines.get(9).get(0).asDouble()).as("idle time is shortened").isEqualTo(8);
    assertThat(lines.get(9).get(2).asText())
        .contains("7  | Ada         | NULL", "12 | B\\u{202E}ob");
  }

  @Test
  void gw24_thePageHoldsRecordedTextOnlyAsTextAndLoadsNothing() throws Exception {
    StringBuilder page = new StringBuilder();

    ReplayPage.write(REPLAY, "s-1 </title><script>", page);

    String html = page.toString();
    assertThat(html)
        .contains(
            "default-src 'none'", "&lt;script&gt;alert(1)&lt;/script&gt;", "approval A-1 APPROVED")
        .doesNotContain("<script>alert", "http://", "https://", "src=\"", "href=", "\u202e");
    List<String> elements =
        Pattern.compile("<script").matcher(html).results().map(MatchResult::group).toList();
    assertThat(elements).hasSize(1);
    assertThat(html).doesNotContain("innerHTML", "eval(");
  }

  private static Replay replay(Event... events) {
    List<RecordedEvent> recorded = new ArrayList<>();
    Instant begin = Instant.parse("2025-11-24T10:00:00Z");
    for (Event event : events) {
      long number = recorded.size() + 1L;
      recorded.add(new RecordedEvent(number, number, begin.plusSeconds(5 * number - 5), event));
    }
    return Replay.of(recorded);
  }
}
