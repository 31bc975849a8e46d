package dev.countersign.cli.demo;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Chromium, in which each of the demo's people has a window of their own. */
final class ConsoleBrowser implements AutoCloseable {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final URI console;
  private final Playwright playwright;
  private final Browser browser;
  private final Map<String, Page> people = new HashMap<>();

  ConsoleBrowser(URI console, Path chromium) {
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
  static Optional<Path> chromium() {
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

  Page window(Browser.NewContextOptions options) {
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
  }

  /** The page in light, in dark, and on a phone, as files to be looked at. */
  void photograph(String name, String who, String path) {
    photograph(name + "-light", who, path, ColorScheme.LIGHT, 1280, 860);
    photograph(name + "-dark", who, path, ColorScheme.DARK, 1280, 860);
    photograph(name + "-phone", who, path, ColorScheme.LIGHT, 360, 740);
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
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(file + ".png")).setFullPage(true));
    page.context().close();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
