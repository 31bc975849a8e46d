package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The names of the package's functions. Its module knows them by letters that change from version
 * to version; the build reads which is which from the package's own JavaScript.
 */
final class WasmNames {

  private static final String RESOURCE = "libpg-query.properties";

  private final Properties names;

  private WasmNames(Properties names) {
    this.names = names;
  }

  static WasmNames load() {
    Properties names = new Properties();
    try (InputStream in = WasmNames.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the build did not ship " + RESOURCE);
      }
      names.load(new InputStreamReader(in, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
    return new WasmNames(names);
  }

  /** The module's name of an exported function. */
  String export(String name) {
    return get("export." + name);
  }

  /** The function that an import of the module stands for. */
  String importNamed(String shortName) {
    return get("import." + shortName);
  }

  private String get(String key) {
    String value = names.getProperty(key);
    if (value == null) {
      throw new IllegalStateException(RESOURCE + " has no " + key);
    }
    return value;
  }
}
