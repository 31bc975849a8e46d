package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import dev.countersign.cli.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long the console's pages take, as a table in {@code target/page-times.txt}. Nothing is
 * asserted of the times: they are the machine's.
 */
class PageTimesIT {

  /** So many sessions of so many commands are recorded first. */
  private static final int SESSIONS = Integer.getInteger("countersign.pages.sessions", 4);

  private static final int COMMANDS = 100;
  private static final int LOOKS = Integer.getInteger("countersign.pages.looks", 15);

  /** One page's times in milliseconds: in the handler, and at a client that waits for the body. */
  private record Times(String page, List<Double> server, List<Double> client, int bytes) {

    String row() {
      return String.format(
          Locale.ROOT,
          "%-12s %8.1f %8.1f %8.1f %8.1f %8.1f %9d%n",
          page,
          server.getFirst(),
          at(server, 50),
          at(server, 95),
          at(client, 50),
          at(client, 95),
          bytes);
    }

    private static double at(List<Double> times, int percent) {
      List<Double> sorted = times.stream().sorted().toList();
      return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
  }

  @Test
  void everyPageIsTimed(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        ConsoleBrowser.chromium().isPresent(), "there is no Chromium on the PATH");
    try (DemoWorld world =
            DemoWorld.start(
                folder.resolve("demo"),
                new DemoChoices(false, Configuration.Source.VERSIONS, Optional.empty()),
                new Progress(new PrintWriter(new StringWriter())));
        ConsoleBrowser browser =
            new ConsoleBrowser(world.running().api(), ConsoleBrowser.chromium().orElseThrow())) {
      work(world);
      Page page = browser.as("olivia", "/policy");
      String version = page.locator("aside a[href^='/policy/']").first().getAttribute("href");
      browser.as("olivia", "/sessions");
      String session = page.locator(".below a.open").first().getAttribute("href");
      StringBuilder table =
          new StringBuilder(
              "             server (ms)                client (ms)%n".formatted()
                  + "page            first      p50      p95      p50      p95     bytes%n"
                      .formatted());
      for (List<String> one :
          List.of(
              // What a page without anything on it costs on this machine, now.
              List.of("(door)", "/sign-in?out=1"),
              List.of("overview", "/"),
              List.of("approvals", "/approvals"),
              List.of("sessions", "/sessions"),
              List.of("search", "/sessions?q=customers"),
              List.of("replay", session),
              List.of("access", "/access"),
              List.of("policy", "/policy"),
              List.of("version", version),
              List.of("evidence", "/evidence"))) {
        table.append(
            times(page, one.getFirst(), world.running().api().resolve(one.getLast()).toString())
                .row());
      }
      Path written = Path.of("target", "page-times.txt");
      Files.createDirectories(written.getParent());
      Files.writeString(written, table);
      System.out.println(table);
      assertThat(table).contains("replay");
    }
  }

  private static void work(DemoWorld world) throws Exception {
    for (int session = 0; session < SESSIONS; session++) {
      StringBuilder sql = new StringBuilder();
      for (int i = 0; i < COMMANDS; i++) {
        sql.append("SELECT status FROM orders WHERE id = ").append(i).append(";\n");
      }
      world.agent().run(sql + "SELECT name, email FROM customers ORDER BY id LIMIT 3");
    }
  }

  private static Times times(Page page, String name, String url) {
    List<Double> server = new ArrayList<>();
    List<Double> client = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; i < LOOKS; i++) {
      long begin = System.nanoTime();
      APIResponse response = page.context().request().get(url);
      bytes = response.body().length;
      client.add((System.nanoTime() - begin) / 1e6);
      assertThat(response.status()).isEqualTo(200);
      server.add(Double.valueOf(response.headers().get("server-timing").split("=", 2)[1]));
    }
    return new Times(name, server, client, bytes);
  }
}
