package dev.countersign.rules.pack;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.countersign.rules.fact.Activity;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the text of a pack before any compiler does. A compiled rule could do whatever Java can, so
 * there is a closed list of words: names of facts and of what they tell, a few of DRL, and what
 * {@link Findings} takes. No other word, no escape and no unusual character gets through; and
 * comments are taken out, so that nobody else has to find their ends.
 */
final class PackText {

  /** The facts of a decision. */
  static final List<Class<? extends Record>> FACTS =
      List.of(
          Subject.class,
          Resource.class,
          SqlStatement.class,
          SqlAccess.class,
          RefUpdate.class,
          KubeRequest.class,
          Activity.class,
          Judged.class,
          Score.class);

  /** What facts are compared with. */
  static final List<Class<? extends Enum<?>>> VALUES =
      List.of(
          SqlVerb.class,
          Verdict.class,
          Subject.Kind.class,
          Resource.Kind.class,
          RefUpdate.Change.class,
          KubeRequest.Verb.class,
          KubeRequest.Trait.class);

  /** What facts are made of. */
  private static final List<Class<? extends Record>> PARTS =
      List.of(
          RefUpdate.Commits.class,
          KubeRequest.Target.class,
          KubeRequest.Body.class,
          KubeRequest.Details.class,
          KubeRequest.Replicas.class);

  /** The name by which rules say what they found. */
  static final String FINDINGS = "findings";

  private static final Set<String> WORDS =
      Stream.of(
              Stream.of("rule", "when", "then", "end", "not", "exists", "and", "or", "in"),
              Stream.of("contains", "memberOf", "true", "false"),
              Stream.of(
                  "environment", "labelled", "changesState", "losesCommits", "isEmpty", "size"),
              Stream.of(FINDINGS, "block", "approve", "points"),
              FACTS.stream().map(Class::getSimpleName),
              Stream.concat(FACTS.stream(), PARTS.stream())
                  .flatMap(fact -> Arrays.stream(fact.getRecordComponents()))
                  .map(RecordComponent::getName),
              VALUES.stream().map(Class::getSimpleName),
              VALUES.stream().flatMap(of -> Arrays.stream(of.getEnumConstants())).map(Enum::name))
          .flatMap(words -> words)
          .collect(toUnmodifiableSet());

  private static final String PUNCTUATION = "(){}.,:;=!<>&|+-*/%";
  private static final int DEEPEST = 32;
  private static final int LONGEST_NAME = 80;
  private static final int MOST_FAULTS = 20;

  /** All pairs of a statement's accesses may be compared, but not all triples. */
  private static final int MOST_ACCESSES = 2;

  private final String file;
  private final String text;
  private final StringBuilder clean = new StringBuilder();
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> rules = new LinkedHashMap<>();
  private int at;
  private int line = 1;
  private int depth;
  private boolean named;
  private int accesses;

  private PackText(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * What was read.
   *
   * @param text the pack without comments, line for line
   * @param rules the names of the rules, and the lines on which they begin
   * @param faults what is refused; empty if nothing is
   */
  record Read(String text, Map<String, Integer> rules, List<String> faults) {}

  static Read read(String file, String text) {
    PackText pack = new PackText(file, text);
    while (pack.at < text.length() && pack.faults.size() < MOST_FAULTS) {
      pack.next();
    }
    if (pack.rules.isEmpty() && pack.faults.isEmpty()) {
      pack.fault("no rule", "at least one rule \"name\" when … then … end");
    }
    return new Read(pack.clean.toString(), pack.rules, pack.faults);
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\n') {
      line++;
      clean.append(c);
      at++;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      clean.append(' ');
      at++;
    } else if (text.startsWith("//", at)) {
      lineComment();
    } else if (text.startsWith("/*", at)) {
      blockComment();
    } else if (c == '"') {
      quoted();
    } else if (isWordPart(c)) {
      word();
    } else {
      mark(c);
    }
  }

  private void lineComment() {
    int end = text.indexOf('\n', at);
    comment(end < 0 ? text.length() : end);
  }

  private void blockComment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      fault("no end of a comment", "*/");
    }
    comment(end < 0 ? text.length() : end + 2);
  }

  private void comment(int end) {
    clean.append(' ');
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
        clean.append('\n');
      }
    }
  }

  private void quoted() {
    int end = at + 1;
    while (end < text.length() && isQuotable(text.charAt(end))) {
      end++;
    }
    if (end == text.length() || text.charAt(end) != '"') {
      fault("a text that does not end", "\"…\" on one line, without \\ and control characters");
      at = text.length();
      return;
    }
    if (named) {
      name(text.substring(at + 1, end));
    }
    clean.append(text, at, end + 1);
    at = end + 1;
  }

  private void name(String name) {
    named = false;
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      fault("a rule's name \"" + name + "\"", "1 to " + LONGEST_NAME + " characters");
    } else if (rules.putIfAbsent(name, line) != null) {
      fault("a second rule \"" + name + "\"", "a name that no other rule of the file has");
    }
  }

  private static boolean isQuotable(char c) {
    return c != '"' && c != '\\' && !Character.isISOControl(c) && !Character.isSurrogate(c);
  }

  private void word() {
    int start = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    if (!isAllowed(word)) {
      fault("the word " + word, "names of facts and what they tell; " + instead(word));
    }
    if (word.equals("rule")) {
      accesses = 0;
    } else if (word.equals(SqlAccess.class.getSimpleName()) && ++accesses > MOST_ACCESSES) {
      fault("SqlAccess for the " + accesses + ". time in one rule", "at most " + MOST_ACCESSES);
    }
    named = word.equals("rule");
    clean.append(word);
  }

  private static boolean isAllowed(String word) {
    char first = word.charAt(0);
    if (first == '$') {
      return word.length() > 1 && word.chars().skip(1).allMatch(PackText::isLetterOrDigit);
    }
    if (first >= '0' && first <= '9') {
      return word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
    return WORDS.contains(word);
  }

  private static String instead(String word) {
    return switch (word) {
      case "import", "package", "global" -> "they are known without " + word + ", leave it out";
      case "eval", "function", "dialect", "declare", "query", "new" ->
          "a pack runs no code of its own";
      default -> "docs/operators.md lists all words";
    };
  }

  private void mark(char c) {
    if (PUNCTUATION.indexOf(c) < 0) {
      fault("the character " + inWords(c), "letters, digits, texts in \"\" and " + PUNCTUATION);
    } else if (c == '(' || c == '{') {
      depth++;
      if (depth > DEEPEST) {
        fault("brackets in brackets", "at most " + DEEPEST + " deep");
        at = text.length();
        return;
      }
    } else if (c == ')' || c == '}') {
      depth--;
    }
    clean.append(c);
    at++;
  }

  private static String inWords(char c) {
    return c > ' ' && c < 127 ? String.valueOf(c) : "U+%04X".formatted((int) c);
  }

  private static boolean isWordPart(char c) {
    return c == '$' || c == '_' || isLetterOrDigit(c);
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private void fault(String found, String allowed) {
    faults.add(file + ":" + line + ": found " + found + "; allowed: " + allowed);
  }
}
