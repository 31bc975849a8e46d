package dev.countersign.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Chromium, in which each of the demo's people has a window of their own. */
public final class ConsoleBrowser implements AutoCloseable {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final URI console;
  private final Playwright playwright;
  private final Browser browser;
  private final Map<String, Page> people = new HashMap<>();

  public ConsoleBrowser(URI console, Path chromium) {
    this.console = console;
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    // Its sandbox does not run as root, and in most containers.
                    .setArgs(List.of("--no-sandbox")));
  }

  /** Where Debian and others put it. */
  public static Optional<Path> chromium() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Somebody's window, at a page; they are signed in there. */
  Page as(String who, String path) {
    Page page = people.computeIfAbsent(who, name -> window(new Browser.NewContextOptions()));
    open(page, who, path);
    return page;
  }

  public Page window(Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    context.setDefaultTimeout(60_000);
    return context.newPage();
  }

  void open(Page page, String who, String path) {
    page.navigate(console.resolve(path).toString());
    if (page.url().contains("/authorize")) {
      page.click("button[value=" + who + "]");
      page.waitForURL(console.resolve("/").toString() + "**");
    }
    page.waitForFunction(
        "() => !document.querySelector('.later, [data-rest], .htmx-request, form"
            + " button:disabled')");
  }

  /** The page in light, in dark, and on a phone, as files to be looked at. */
  void photograph(String name, String who, String path) {
    photograph(name + "-light", who, path, ColorScheme.LIGHT, 1280, 860);
    photograph(name + "-dark", who, path, ColorScheme.DARK, 1280, 860);
    photograph(name + "-phone", who, path, ColorScheme.LIGHT, 360, 740);
  }

  /** The same of a page that no address leads to: what a form led to. */
  void photograph(String name, Page page) {
    for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      picture(page, name + (scheme == ColorScheme.DARK ? "-dark" : "-light"));
    }
    page.setViewportSize(360, 740);
    picture(page, name + "-phone");
    page.setViewportSize(1280, 860);
  }

  private static void picture(Page page, String file) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(file + ".png")).setFullPage(true));
  }

  private void photograph(
      String file, String who, String path, ColorScheme scheme, int width, int height) {
    Page page =
        window(
            new Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setViewportSize(width, height)
                .setDeviceScaleFactor(width < 400 ? 2 : 1));
    open(page, who, path);
    picture(page, file);
    page.context().close();
  }

  /**
   * What a page does to people: what axe-core calls serious or worse, and whether it is wider than
   * a phone.
   */
  static List<String> faults(Page page, String path) throws IOException {
    page.evaluate(axe());
    Object found =
        page.evaluate(
            """
            () => axe.run().then(result => result.violations
                .filter(fault => fault.impact === 'serious' || fault.impact === 'critical')
                .map(fault => fault.id + ': ' + fault.nodes.map(n => n.html).slice(0, 3).join(' ')))
            """);
    List<String> faults = new ArrayList<>();
    ((List<?>) found).forEach(fault -> faults.add(path + " " + fault));
    page.setViewportSize(360, 740);
    Object tooWide =
        page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth");
    if (Boolean.TRUE.equals(tooWide)) {
      faults.add(path + " is wider than a phone");
    }
    page.setViewportSize(1280, 860);
    return faults;
  }

  private static String axe() throws IOException {
    String name = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    try (InputStream in = ConsoleBrowser.class.getResourceAsStream(name)) {
      return new String(requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
