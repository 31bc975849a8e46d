package dev.countersign.proxy.git;

import java.util.regex.Pattern;

/** What git takes the name of a file for, on whatever file system. */
enum SettingsName {
  /** An everyday name. */
  NONE,
  /** The directory in which git keeps all it has: it can be in none that is pushed. */
  GITS_OWN,
  /** {@code .gitmodules}. */
  SUBMODULES,
  /** {@code .gitattributes}. */
  ATTRIBUTES;

  /** What HFS+ does not see. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]");

  /** What NTFS does not see: other dots and blanks, and streams. */
  private static final String END = "[ .]*(?::.*)?";

  private static final Pattern OWN =
      Pattern.compile("(?i)(?:.*\\\\)?(?:\\.git|git~1)[ .]*(?:[\\\\:].*)?", Pattern.DOTALL);

  private static final Pattern OF_SUBMODULES = settings(".gitmodules", "gi7eba");

  private static final Pattern OF_ATTRIBUTES = settings(".gitattributes", "gi7d29");

  /**
   * As NTFS may call one for the sake of old programs: so git asks for it, too.
   *
   * @param hash what Windows makes of the name once its first short names are taken
   */
  private static Pattern settings(String name, String hash) {
    StringBuilder names = new StringBuilder(Pattern.quote(name));
    names.append('|').append(name, 1, 7).append("~[1-4]");
    for (int taken = hash.length(); taken >= 0; taken--) {
      names.append('|').append(hash, 0, taken).append("~[1-9][0-9]{").append(6 - taken).append('}');
    }
    return Pattern.compile("(?i)(?:" + names + ")" + END, Pattern.DOTALL);
  }

  static SettingsName of(String name) {
    String seen = UNSEEN.matcher(name).replaceAll("");
    if (OWN.matcher(seen).matches()) {
      return GITS_OWN;
    }
    if (OF_SUBMODULES.matcher(seen).matches()) {
      return SUBMODULES;
    }
    return OF_ATTRIBUTES.matcher(seen).matches() ? ATTRIBUTES : NONE;
  }
}
