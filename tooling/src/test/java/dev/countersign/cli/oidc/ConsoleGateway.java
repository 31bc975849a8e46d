package dev.countersign.cli.oidc;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.demo.TestCertificate;
import dev.countersign.cli.gateway.Gateway;
import dev.countersign.cli.gateway.Parts;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Hours;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A gateway whose people sign in at Keycloak. Whoever answers for others must have typed their
 * password for it: Keycloak's level 1; a sign-in with a cookie of it is level 0.
 */
final class ConsoleGateway implements AutoCloseable {

  private final URI url;
  private final Parts parts = Parts.untilShutdown();

  ConsoleGateway(Path directory, URI issuer, URI url) throws IOException {
    this.url = url;
    TestCertificate.make(directory);
    WorkbookWriter.write(workbook(), directory.resolve("policy.xlsx"));
    Files.writeString(directory.resolve("db.password"), "unused");
    Path file =
        Files.writeString(
            directory.resolve("countersign.yaml"),
            """
            doors:
              postgres: {listen: "127.0.0.1:0", certificate: door.crt, key: door.key}
            api: {listen: "127.0.0.1:%1$d", publicUrl: "%2$s"}
            identity:
              issuers: [{issuer: "%3$s", audience: countersign, client: countersign-cli}]
              stepUp: {levels: ["1"]}
            resources:
              - name: orders
                kind: postgres
                postgres: {host: 127.0.0.1, database: a, user: b, password: {file: db.password}}
            policy: {workbook: policy.xlsx}
            """
                .formatted(url.getPort(), url, issuer));
    Configuration configuration = ConfigurationFile.read(file);
    Gateway.start(configuration, parts);
  }

  /** Agents come in when one of the approvers says yes. */
  private static Workbook workbook() {
    AccessRow row =
        new AccessRow(
            Particulars.of(2, "ACC-001", "agents come in when somebody lets them", "", List.of()),
            new Scope(List.of("ai-agents"), "*", "*"),
            Duration.ofHours(1),
            false,
            Hours.ALWAYS,
            new Ruling.Approve(List.of("dba-approvers"), 1, Duration.ofMinutes(15)));
    return new Workbook(
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(row),
        List.of(),
        Map.of(),
        List.of());
  }

  /** An agent asks to be let in. */
  HttpResponse<String> ask(String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/api/v1/grants"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"resource\":\"orders\",\"for\":\"PT30M\",\"reason\":\"TICKET-12\"}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
