package dev.countersign.cli.demo;

import java.util.Map;
import java.util.TreeMap;

/** The pages of the demo's identity provider: choose who you are. No password: it is a demo. */
final class DemoSignInPage {

  private DemoSignInPage() {}

  /** Asks for the code that a device shows. */
  static String code() {
    return page(
        """
        <form method="get"><label>The code that your terminal shows
        <input name="user_code" autocomplete="off" autofocus></label> <button>Go on</button></form>
        """);
  }

  /**
   * Asks who it is.
   *
   * @param action where the answer goes
   * @param fields what comes back with it
   */
  static String choice(String what, String action, Map<String, String> fields) {
    StringBuilder form = new StringBuilder();
    form.append("<p>").append(escaped(what)).append("</p><form method=\"post\" action=\"");
    form.append(escaped(action)).append("\">");
    new TreeMap<>(fields)
        .forEach(
            (name, value) ->
                form.append(
                    "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                        .formatted(escaped(name), escaped(value))));
    for (DemoAccount account : DemoAccount.humans()) {
      form.append(
          "<p><button name=\"user\" value=\"%1$s\">%1$s</button> %2$s</p>"
              .formatted(escaped(account.name()), escaped(String.join(", ", account.groups()))));
    }
    return page(
        form + "<p><button name=\"user\" value=\"\">no, this was not me</button></p></form>");
  }

  static String message(String text) {
    return page("<p>" + escaped(text) + "</p>");
  }

  private static String page(String body) {
    return """
    <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Demo sign-in</title></head>
    <body><h1>Demo sign-in</h1>
    %s</body></html>
    """
        .formatted(body);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
