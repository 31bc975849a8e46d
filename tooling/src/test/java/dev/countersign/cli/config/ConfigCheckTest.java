package dev.countersign.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Ours: what a gateway would miss only at its start is said when its configuration is checked. */
final class ConfigCheckTest {

  @TempDir Path folder;

  @Test
  void filesThatAreNotThereAreNamedWithTheirKeys() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("countersign.yaml"),
            """
            doors:
              postgres: { certificate: door.crt, key: door.key }
            api: { publicUrl: "http://localhost:8642" }
            identity:
              issuers: [ { issuer: "https://id.example.com", audience: countersign } ]
            resources:
              - name: orders
                kind: postgres
                postgres: { host: db, database: orders, user: gate, password: { env: ORDERS } }
            policy: { workbook: countersign.xlsx }
            """);
    Files.writeString(folder.resolve("door.crt"), "");
    Files.writeString(folder.resolve("countersign.xlsx"), "");
    StringWriter said = new StringWriter();
    StringWriter missed = new StringWriter();

    int exit =
        new CommandLine(new ConfigCommand())
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(missed))
            .execute("check", file.toString());

    assertThat(exit).isEqualTo(ExitCode.OK);
    assertThat(said.toString()).contains("is good");
    assertThat(missed.toString().lines())
        .singleElement()
        .asString()
        .contains("doors.postgres.key", folder.resolve("door.key").toString());
  }
}
