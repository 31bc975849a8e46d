package dev.countersign.proxy.postgres.random;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An expression with holes in it.
 *
 * @param construct what it is an example of
 * @param type of its value; of a range its columns, as {@code name:type,name:type}
 * @param text with {@code {text}} for an expression of that type, {@code {any}} for one of any,
 *     {@code {row}} for a whole row, {@code {query text}} for a query of one such column
 */
record Form(Construct construct, String type, String text) {

  private static final Pattern HOLE =
      Pattern.compile("\\{((?:query )?(?:" + String.join("|", Types.quoted()) + ")|any|row)}");

  /** All of a file. */
  static List<Form> load(String file) throws IOException {
    try (InputStream in = Form.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .map(parts -> new Form(Construct.valueOf(parts[0]), parts[1], parts[2]))
          .toList();
    }
  }

  /** The expression, its holes filled. */
  String filled(UnaryOperator<String> filling) {
    return HOLE.matcher(text)
        .replaceAll(hole -> Matcher.quoteReplacement(filling.apply(hole.group(1))));
  }
}
