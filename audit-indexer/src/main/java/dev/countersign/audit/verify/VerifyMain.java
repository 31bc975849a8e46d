package dev.countersign.audit.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The verifier as a program of its own: {@code java -jar countersign-verifier.jar}. */
public final class VerifyMain {

  private static final String USAGE =
      """
      java -jar countersign-verifier.jar --journal DIR [--key FILE] [--public-key FILE]... \
      [--anchors FILE|DIR]... [--json]

      --journal     the folder of the journal
      --key         the owner's private key (JSON Web Key): payloads are opened and compared, too
      --public-key  a key (PEM) that signs checkpoints, as you have it from elsewhere
      --anchors     checkpoints that were kept elsewhere: a file, or a folder of .checkpoints files
      Exit code 0: sound. 1: not sound. 2: something cannot be read.
      """;

  private VerifyMain() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(args, out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    Optional<Path> journal = Optional.empty();
    Optional<OwnerOpener> owner = Optional.empty();
    List<SignerKey> pinned = new ArrayList<>();
    List<Path> anchors = new ArrayList<>();
    boolean json = false;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--journal" -> journal = Optional.of(Path.of(args[++i]));
          case "--key" ->
              owner = Optional.of(OwnerOpener.jwk(Files.readString(Path.of(args[++i]))));
          case "--public-key" -> pinned.add(SignerKey.pem(Files.readString(Path.of(args[++i]))));
          case "--anchors" -> anchors.add(Path.of(args[++i]));
          case "--json" -> json = true;
          default -> {
            err.print(USAGE);
            return 2;
          }
        }
      }
      if (journal.isEmpty()) {
        err.print(USAGE);
        return 2;
      }
      Report report = new Verifier(journal.get(), owner, pinned, anchors).run();
      (json ? List.of(report.json()) : report.lines()).forEach(out::println);
      return report.isSound() ? 0 : 1;
    } catch (ArrayIndexOutOfBoundsException e) {
      err.print(USAGE);
      return 2;
    } catch (IOException | IllegalArgumentException e) {
      err.println(e);
      return 2;
    }
  }
}
