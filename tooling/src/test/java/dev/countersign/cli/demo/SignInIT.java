package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** People and agents at their command lines, each command a process of its own, as in life. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COUNT = "SELECT count(*) FROM orders";

  private DemoWorld world;
  private Path home;

  private record Printed(int exit, String out, String err) {}

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    home = folder;
    world =
        DemoWorld.start(
            folder.resolve("demo"),
            DemoChoices.LEAST,
            new Progress(new PrintWriter(new StringWriter())));
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void aHumanSignsInWithADeviceAndRunsAClientWithAPasswordForOneResource() throws Exception {
    signIn("bob");

    assertThat(countersign("whoami").out()).contains("human bob of ", "in dba-approvers");
    assertThat(countersign("request", "orders", "--for", "30m", "--reason", "TICKET-12").exit())
        .isEqualTo(ExitCode.OK);
    assertThat(countersign("run", "--resource", "orders", "--", "printenv", "PGPASSWORD").out())
        .matches("cs_[A-Za-z0-9_-]{43}\\n");
    try (Stream<Path> files = Files.walk(home.resolve("config"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }

    assertThat(countersign("logout").exit()).isEqualTo(ExitCode.OK);
    assertThat(countersign("whoami"))
        .returns(ExitCode.USAGE, Printed::exit)
        .extracting(Printed::err)
        .asString()
        .contains("countersign login");
  }

  @Test
  void anAgentsPasswordOpensItsResourceOnlyAndEndsWhenItIsRevoked() throws Exception {
    JsonNode minted =
        JSON.readTree(countersign("connect", "orders", "--json", "--as", "agent-7").out());
    String secret = minted.path("credential").asText();
    Psql orders = psql("orders", secret);

    assertThat(orders.run(COUNT).output()).contains(String.valueOf(SampleShop.ORDERS));
    assertThat(orders.run("DROP TABLE orders").output()).contains("blocked by policy SQL-014");
    assertThat(psql("bench", secret).run("SELECT 1").output()).contains("is for another resource");

    revoke(minted.path("id").asText());
    assertThat(orders.run(COUNT).output()).contains("this session credential has ended");
    assertThat(journal()).isNotEmpty().doesNotContain(secret);
  }

  @Test
  void anOperatorSeesThatTheGatewayGetsIn() throws Exception {
    Path file = world.running().directory().resolve("countersign.yaml");
    Printed good = countersign("resources", "test", "--config", file.toString());
    assertThat(good.out()).contains("orders", "ok", "PostgreSQL");
    assertThat(good.exit()).isEqualTo(ExitCode.OK);

    Path elsewhere = file.resolveSibling("elsewhere.yaml");
    Files.writeString(elsewhere, Files.readString(file).replace("127.0.0.0/8", "10.0.0.0/8"));
    Printed refused = countersign("resources", "test", "--config", elsewhere.toString());
    assertThat(refused.out()).contains("FAILS", "no upstream may be at");
    assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aServiceFileKeepsWhatWasInIt() throws Exception {
    Path services = home.resolve("services.conf");
    Files.writeString(services, "[mine]\nhost=elsewhere\n");

    countersign("connect", "orders", "--write", "--as", "agent-7");
    Printed again = countersign("connect", "orders", "--write", "--as", "agent-7");

    assertThat(again.out()).contains("psql service=orders");
    assertThat(Files.readString(services))
        .startsWith("[mine]\nhost=elsewhere\n")
        .containsOnlyOnce("[orders]")
        .contains("sslmode=verify-full");
  }

  /** Signs somebody in as the page of the identity provider would. */
  private void signIn(String who) throws Exception {
    Process login = process("login").start();
    try (BufferedReader out = login.inputReader(UTF_8)) {
      String line = out.readLine();
      Matcher page = Pattern.compile("or open (\\S+)\\?user_code=(\\S+)").matcher(line);
      assertThat(page.find()).as(line).isTrue();
      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(page.group(1)).resolve("/activated"))
                  .POST(BodyPublishers.ofString("user_code=" + page.group(2) + "&user=" + who))
                  .build(),
              BodyHandlers.discarding());
      assertThat(out.readLine()).startsWith("Signed in: human " + who);
    }
    assertThat(login.waitFor()).isEqualTo(ExitCode.OK);
  }

  private Psql psql(String resource, String secret) throws IOException {
    Path file = Files.createTempFile(home, "secret", "");
    Files.writeString(file, secret);
    return new Psql(world.ports().door(), resource, "agent-7", file);
  }

  private void revoke(String id) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(world.running().api().resolve("/api/v1/credentials/" + id))
            .header("Authorization", "Bearer " + world.running().token("agent-7"))
            .DELETE()
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private String journal() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(world.running().journal())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  private Printed countersign(String... words) throws IOException, InterruptedException {
    Path err = Files.createTempFile(home, "err", "");
    Process process = process(words).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    return new Printed(process.exitValue(), out, Files.readString(err));
  }

  private ProcessBuilder process(String... words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-DCOUNTERSIGN_LOG_LEVEL=WARN",
                "dev.countersign.cli.Countersign"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("XDG_CONFIG_HOME", home.resolve("config").toString());
    builder.environment().put("PGSERVICEFILE", home.resolve("services.conf").toString());
    builder.environment().put("COUNTERSIGN_DEMO", world.running().directory().toString());
    return builder;
  }
}
