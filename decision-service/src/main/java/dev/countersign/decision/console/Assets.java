package dev.countersign.decision.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The style sheet and the scripts, each under an address that has its digest: a browser keeps them
 * for ever, and never has an old one.
 */
final class Assets {

  private static final String WEBJARS = "/META-INF/resources/webjars/";

  private record Source(String name, String type, String resource) {}

  private static final Source[] SOURCES = {
    new Source("console.css", "text/css", "console.css"),
    new Source("console.js", "text/javascript", "console.js"),
    new Source("htmx.js", "text/javascript", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js"),
    new Source("sse.js", "text/javascript", WEBJARS + "htmx-ext-sse/2.2.2/sse.js"),
    new Source("mark.svg", "image/svg+xml", "mark.svg"),
  };

  /** A file as it is sent. */
  record Asset(String type, ByteBuffer plain, ByteBuffer zipped) {}

  private final Map<String, Asset> byPath = new HashMap<>();
  private final Map<String, String> paths = new HashMap<>();

  Assets() {
    for (Source source : SOURCES) {
      byte[] content = read(source.resource());
      String path = "/assets/" + digest(content).substring(0, 16) + "/" + source.name();
      byPath.put(
          path,
          new Asset(source.type(), ByteBuffer.wrap(content), ByteBuffer.wrap(zipped(content))));
      paths.put(source.name(), path);
    }
  }

  /** The address of a file of that name. */
  String path(String name) {
    String path = paths.get(name);
    if (path == null) {
      throw new IllegalArgumentException("no asset " + name);
    }
    return path;
  }

  Optional<Asset> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  private static byte[] read(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] zipped(byte[] content) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
