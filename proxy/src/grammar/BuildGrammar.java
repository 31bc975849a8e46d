import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes PostgreSQL's grammar ready to be compiled: installs the pinned npm package, reads its names
 * and splits its WebAssembly. Does nothing if everything it was made from is as it was.
 *
 * <p>Arguments: this folder, the folder to build in.
 */
final class BuildGrammar {

  private static final List<String> PACKAGE_FILES = List.of("package.json", "package-lock.json");
  private static final String NAMES =
      "resources/dev/countersign/proxy/postgres/sql/libpg-query.properties";
  private static final String MODULE = "pg.wasm";
  private static final String STAMP = "made-from.sha256";

  public static void main(String[] args) throws Exception {
    Path sources = Path.of(args[0]);
    Path target = Path.of(args[1]);
    String madeFrom = digest(sources);
    if (isUpToDate(target, madeFrom)) {
      return;
    }
    Files.createDirectories(target);
    Files.deleteIfExists(target.resolve(STAMP));
    for (String file : PACKAGE_FILES) {
      Files.copy(sources.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    installPackage(target);
    Path wasm = target.resolve("node_modules/libpg-query/wasm");
    GlueNames.write(wasm.resolve("libpg-query.js"), target.resolve(NAMES));
    WasmOutline.main(
        new String[] {
          wasm.resolve("libpg-query.wasm").toString(),
          target.resolve(MODULE).toString(),
          "oldstack=33554432",
          "stack=4194304",
          "pages=128"
        });
    Files.writeString(target.resolve(STAMP), madeFrom);
  }

  private static boolean isUpToDate(Path target, String madeFrom) throws IOException {
    return Files.exists(target.resolve(MODULE))
        && Files.exists(target.resolve(NAMES))
        && Files.exists(target.resolve(STAMP))
        && Files.readString(target.resolve(STAMP)).equals(madeFrom);
  }

  /** No script of the package is run: it brings its WebAssembly along. */
  private static void installPackage(Path target) throws IOException, InterruptedException {
    Process npm =
        new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
            .directory(target.toFile())
            .inheritIO()
            .start();
    if (npm.waitFor() != 0) {
      throw new IllegalStateException("npm ci failed in " + target);
    }
  }

  private static String digest(Path sources) throws IOException, NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        sha256.update(sources.relativize(file).toString().getBytes(UTF_8));
        sha256.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
