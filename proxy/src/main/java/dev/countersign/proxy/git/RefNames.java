package dev.countersign.proxy.git;

import dev.countersign.decision.approval.VisibleText;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Repository;

/** Which names of refs are taken: those that mean the same to every program and every eye. */
final class RefNames {

  private static final int LONGEST = 1_000;

  private static final Pattern SHELL = Pattern.compile("[$`;|&<>\"]");

  /**
   * Behind the namespace: -x, HEAD, refs/heads/main, forty digits, or fewer as people shorten them.
   * Dates and numbers are none of these.
   */
  private static final Pattern OTHER_MEANING =
      Pattern.compile(
          "^refs/(?:heads|tags)/(?:-|refs/|HEAD$|(?:[0-9a-f]{40}|[0-9a-f]{64})$"
              + "|(?i:(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,63})$)");

  private RefNames() {}

  /**
   * What is wrong with a name that is to be written.
   *
   * @param namespaces beginnings, one of which it must have
   * @return empty if nothing is
   */
  static Optional<String> fault(String ref, List<String> namespaces) {
    if (ref.length() > LONGEST) {
      return Optional.of("the name of the ref is longer than " + LONGEST + " characters");
    }
    if (!ref.startsWith("refs/") || !Repository.isValidRefName(ref) || ref.contains(".lock/")) {
      return Optional.of("that is no name of a ref that git takes");
    }
    if (namespaces.stream().noneMatch(ref::startsWith)) {
      return Optional.of("refs can be written below " + String.join(" and ", namespaces) + " only");
    }
    if (!Normalizer.isNormalized(ref, Normalizer.Form.NFKC)) {
      return Optional.of("the name of the ref is not in Unicode's normal form (NFKC)");
    }
    if (isAmbiguousToTheEye(ref)) {
      return Optional.of("the name of the ref has characters that look like others");
    }
    return Optional.empty();
  }

  /**
   * What is wrong with a name that would be new. Build machines write names of branches into
   * command lines.
   */
  static Optional<String> trap(String ref) {
    if (SHELL.matcher(ref).find()) {
      return Optional.of("the name of the ref has characters that a shell obeys");
    }
    if (OTHER_MEANING.matcher(ref).find()) {
      return Optional.of(
          "the name of the ref can be taken for an option, an object or another ref");
    }
    return Optional.empty();
  }

  /** Invisible characters, and letters of other alphabets between Latin ones. */
  private static boolean isAmbiguousToTheEye(String ref) {
    boolean latin = false;
    boolean twin = false;
    String name = ref.substring(ref.indexOf('/', "refs/".length()) + 1);
    for (int c : name.codePoints().toArray()) {
      if (VisibleText.isInvisible(c)) {
        return true;
      }
      Character.UnicodeScript script = Character.UnicodeScript.of(c);
      latin |= script == Character.UnicodeScript.LATIN;
      twin |=
          switch (script) {
            case CYRILLIC, GREEK, ARMENIAN, CHEROKEE, COPTIC, LISU -> true;
            default -> false;
          };
    }
    return twin && latin;
  }

  /** Names as a file system without case sees them, to the name that is there. */
  static NavigableMap<String, String> folded(Iterable<String> refs) {
    NavigableMap<String, String> folded = new TreeMap<>();
    refs.forEach(ref -> folded.put(fold(ref), ref));
    return folded;
  }

  static String fold(String ref) {
    return Normalizer.normalize(
            Normalizer.normalize(ref, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT),
            Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT);
  }
}
