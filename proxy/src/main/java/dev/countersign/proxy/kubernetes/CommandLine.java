package dev.countersign.proxy.kubernetes;

import dev.countersign.rules.fact.KubeRequest.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the words of a command in a container are known to be. No proof: programs can be renamed.
 */
final class CommandLine {

  private static final Pattern SHELL =
      Pattern.compile(
          "(?:ba|da|a|z|k|c|tc|fi)?sh|busybox|toybox|env|xargs|nsenter|chroot|setsid|nohup|timeout"
              + "|python[0-9.]*|perl|ruby|node|php|lua|awk|gawk");

  private CommandLine() {}

  /** Nothing where nothing is known of it. */
  static Set<Trait> traits(List<String> words) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    if (words.isEmpty()) {
      return traits;
    }
    String program = words.getFirst().toLowerCase(Locale.ROOT);
    program = program.substring(program.lastIndexOf('/') + 1);
    if (SHELL.matcher(program).matches()) {
      traits.add(Trait.SHELL);
    }
    if (program.equals("tar")) {
      traits.add(Trait.FILE_COPY);
    }
    return traits;
  }
}
