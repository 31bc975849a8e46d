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
          "(?:(?:ba|da|a|z|k|mk|c|tc|fi|rba|pw|j|tcl|wi)?sh|busybox|toybox|env|xargs|nsenter|chroot"
              + "|unshare|setsid|nohup|timeout|nice|ionice|stdbuf|time|watch|script|expect|flock"
              + "|strace|gdb|sudo|su|doas|gosu|su-exec|setpriv|runuser|capsh|tini|dumb-init"
              + "|ld-(?:linux|musl).*|python|pypy|perl|ruby|irb|nodejs|node|deno|bun|php|lua|luajit"
              + "|[gmn]?awk|vim?|nvim|ssh|make|powershell|cmd)[0-9.]*(?:\\.exe)?");

  /** What find does with what it finds. */
  private static final Set<String> RUNNING = Set.of("-exec", "-execdir", "-ok", "-okdir");

  /** What kubectl cp has tar do; with any other option it might run something. */
  private static final Set<String> COPYING = Set.of("cf", "-cf", "xmf", "-xmf");

  private static final Set<String> WITH_COPYING =
      Set.of("-", "-C", "--no-same-permissions", "--no-same-owner");

  private CommandLine() {}

  /** Whether it is surely no more than a copy of files from or to the container. */
  static boolean copiesFiles(List<String> words) {
    return words.size() > 2
        && words.getFirst().equals("tar")
        // Without a hyphen the first word is options all the same.
        && (COPYING.contains(words.get(1)) || words.get(1).startsWith("-"))
        && words.stream().anyMatch(COPYING::contains)
        && words.stream()
            .filter(word -> word.startsWith("-"))
            .allMatch(option -> COPYING.contains(option) || WITH_COPYING.contains(option));
  }

  /** Nothing where nothing is known of it. */
  static Set<Trait> traits(List<String> words) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    if (words.isEmpty()) {
      return traits;
    }
    String program = words.getFirst().toLowerCase(Locale.ROOT);
    program = program.substring(program.replace('\\', '/').lastIndexOf('/') + 1);
    if (SHELL.matcher(program).matches()
        || (program.equals("find") && words.stream().anyMatch(RUNNING::contains))) {
      traits.add(Trait.SHELL);
    }
    if (program.equals("tar")) {
      traits.add(Trait.FILE_COPY);
    }
    return traits;
  }
}
