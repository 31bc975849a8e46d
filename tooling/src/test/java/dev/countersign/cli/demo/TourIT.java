package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TourIT {

  @Test
  void everythingComesOutAsTheWorkbookSays() {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output, true);

    int exit = Countersign.run(out, out, "demo", "--tour");

    assertThat(exit).as(output.toString()).isEqualTo(ExitCode.OK);
    assertThat(output.toString())
        .contains("ALLOW", "MASK", "BLOCK", "APPROVE → approved", "APPROVE → denied");
  }
}
