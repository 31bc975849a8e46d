package dev.countersign.decision.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.HashMap;
import java.util.Map;

/** The templates, compiled with the rest. Whatever they are given is escaped where it stands. */
final class Views {

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Views.class.getClassLoader(), Views.class.getPackageName());

  String page(Shell shell, String template, Object model) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("shell", shell);
    parameters.put("model", model);
    return render(template, parameters);
  }

  String part(String template, Shell shell, Object model) {
    return page(shell, template, model);
  }

  private String render(String template, Map<String, Object> parameters) {
    var out = new StringOutput();
    engine.render(template + ".jte", parameters, out);
    return out.toString();
  }
}
