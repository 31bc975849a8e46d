import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from the package's JavaScript which letters its module uses for which function, and writes
 * them as a properties file. The letters change with every version of the package.
 */
final class GlueNames {

  private static final Pattern IMPORTS = Pattern.compile("wasmImports=\\{([^}]*)\\}");
  private static final Pattern IMPORT = Pattern.compile("(\\w+):(\\w+)");
  private static final Pattern EXPORT =
      Pattern.compile("(\\w+)=(?:Module\\[\"\\w+\"\\]=)?wasmExports\\[\"(\\w+)\"\\]");
  private static final Pattern CONSTRUCTORS = Pattern.compile("wasmExports\\[\"(\\w+)\"\\]\\(\\)");

  private GlueNames() {}

  static void write(Path javaScript, Path target) throws IOException {
    String glue = Files.readString(javaScript);
    Map<String, String> names = new TreeMap<>();
    IMPORT
        .matcher(only(IMPORTS, glue).group(1))
        .results()
        .forEach(found -> names.put("import." + found.group(1), found.group(2)));
    EXPORT
        .matcher(glue)
        .results()
        .forEach(found -> names.put("export." + found.group(1), found.group(2)));
    names.put("export.___wasm_call_ctors", only(CONSTRUCTORS, glue).group(1));

    StringBuilder properties = new StringBuilder();
    names.forEach((key, value) -> properties.append(key).append('=').append(value).append('\n'));
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.writeString(target, properties);
  }

  private static MatchResult only(Pattern pattern, String glue) {
    Matcher matcher = pattern.matcher(glue);
    if (!matcher.find()) {
      throw new IllegalStateException("the package's JavaScript has no " + pattern);
    }
    MatchResult found = matcher.toMatchResult();
    if (matcher.find()) {
      throw new IllegalStateException("the package's JavaScript has several " + pattern);
    }
    return found;
  }
}
