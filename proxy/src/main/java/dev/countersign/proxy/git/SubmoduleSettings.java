package dev.countersign.proxy.git;

import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * What a file {@code .gitmodules} says, checked as git fsck checks it: who clones with submodules
 * hands it to programs, as addresses and as paths.
 */
final class SubmoduleSettings {

  /** Longer is none that anybody wrote. */
  static final int LONGEST = 1 << 20;

  private static final String SECTION = "submodule";

  /** Goes up, however the directories are separated. */
  private static final Pattern UPWARDS = Pattern.compile("(?:.*[/\\\\])?\\.\\.(?:[/\\\\].*)?");

  /** Options of git, lines for its helpers, and transports that are commands. */
  private static final Pattern OPTION =
      Pattern.compile(
          "-.*|.*(?:\\p{Cntrl}|%0[ad]).*|(?:ext|fd)::.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private SubmoduleSettings() {}

  /** Whether git would not take it. */
  static boolean isHarmful(String text) {
    Config config = new Config();
    try {
      config.fromText(text);
    } catch (ConfigInvalidException e) {
      return true;
    }
    // Long ago a name was written behind a dot.
    if (config.getSections().stream().anyMatch(section -> section.startsWith(SECTION + "."))) {
      return true;
    }
    return config.getSubsections(SECTION).stream().anyMatch(name -> isHarmful(config, name));
  }

  private static boolean isHarmful(Config config, String name) {
    return name.isEmpty()
        || UPWARDS.matcher(name).matches()
        || values(config, name, "url").stream().anyMatch(url -> OPTION.matcher(url).matches())
        || values(config, name, "path").stream().anyMatch(path -> OPTION.matcher(path).matches())
        || values(config, name, "update").stream().anyMatch(how -> how.startsWith("!"));
  }

  /** All of them: which counts depends on who reads. */
  private static List<String> values(Config config, String name, String key) {
    return List.of(config.getStringList(SECTION, name, key));
  }
}
