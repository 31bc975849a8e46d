package dev.countersign.proxy.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may sign commits, by the addresses they commit with: a file as OpenSSH and git know it, of
 * lines {@code addresses ssh-ed25519 key}. Lines with other options than {@code namespaces="git"},
 * with exclusions, or with keys of other kinds count for nothing: nobody is believed by half.
 *
 * @see <a href="https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS">Allowed signers</a>
 */
final class AllowedSigners {

  private static final long LARGEST = 1 << 20;
  private static final int MOST = 10_000;
  private static final String FOR_GIT = "[ \\t]namespaces=\"git\"[ \\t]";

  @SuppressWarnings("ArrayRecordComponent") // Compared with Arrays.equals.
  private record Signer(List<Pattern> addresses, byte[] key) {
    boolean maySignFor(String address) {
      return addresses.stream().anyMatch(each -> each.matcher(address).matches());
    }
  }

  private final List<Signer> signers;

  private AllowedSigners(List<Signer> signers) {
    this.signers = List.copyOf(signers);
  }

  /**
   * Reads a file.
   *
   * @param file empty where nobody is believed
   * @throws IOException if it cannot be read, or is larger than such a file is
   */
  static AllowedSigners of(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return new AllowedSigners(List.of());
    }
    if (Files.size(file.get()) > LARGEST) {
      throw new IOException(file.get() + " is larger than a file of allowed signers is");
    }
    return read(Files.readAllLines(file.get(), StandardCharsets.UTF_8));
  }

  static AllowedSigners read(List<String> lines) {
    List<Signer> signers = new ArrayList<>();
    for (String line : lines) {
      if (signers.size() < MOST && !line.isBlank() && !line.startsWith("#")) {
        signer(line.replaceFirst(FOR_GIT, " ").strip().split("[ \\t]+", 4)).ifPresent(signers::add);
      }
    }
    return new AllowedSigners(signers);
  }

  private static Optional<Signer> signer(String[] words) {
    if (words.length < 3 || !words[1].equals(SshSignature.KIND) || words[0].contains("!")) {
      return Optional.empty();
    }
    List<Pattern> addresses =
        Arrays.stream(words[0].split(",", -1))
            .filter(each -> !each.isEmpty())
            .map(AllowedSigners::pattern)
            .toList();
    try {
      return Optional.of(new Signer(addresses, Base64.getDecoder().decode(words[2])));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Pattern pattern(String glob) {
    StringBuilder pattern = new StringBuilder();
    for (char c : glob.toLowerCase(Locale.ROOT).toCharArray()) {
      pattern.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(pattern.toString());
  }

  /** Whether a commit was signed by somebody who may sign for the address of its committer. */
  boolean verify(SignedCommit commit, String committer) {
    if (signers.isEmpty() || commit.signature().isEmpty()) {
      return false;
    }
    Optional<SshSignature> signature = SshSignature.read(commit.signature().get());
    String address = committer.toLowerCase(Locale.ROOT);
    return signature.isPresent()
        && signers.stream()
            .anyMatch(
                signer ->
                    Arrays.equals(signer.key(), signature.get().key())
                        && signer.maySignFor(address))
        && signature.get().isOf(commit.payload());
  }
}
