package dev.countersign.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The measurement runs where others run it. What comes out is for people to read. */
class RulesBenchIT {

  @Test
  void printsALineForEachSizeAndOneAboutReloads() {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);

    int exit = Countersign.run(out, out, "bench", "rules", "--rows", "20", "--seconds", "1");

    assertThat(exit).as(output.toString()).isEqualTo(ExitCode.OK);
    assertThat(output.toString())
        .containsPattern("(?m)^20 +\\d")
        .contains("200 reloads of 1,000 rows: ");
  }
}
