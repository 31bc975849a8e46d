package dev.countersign.proxy.mask;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what looks like a secret in a text. Every pattern is looked for only where one of its words
 * stands, and none backtracks over more than a few hundred characters.
 */
public final class SecretScanner {

  /**
   * What finds one kind of secret.
   *
   * @param words one of which stands in every such secret
   */
  private record Detector(String name, List<String> words, Pattern pattern, double entropy) {
    Detector(String name, String word, String pattern) {
      this(name, List.of(word), Pattern.compile(pattern), 0);
    }

    Detector(String name, List<String> words, String pattern) {
      this(name, words, Pattern.compile(pattern), 0);
    }
  }

  private static final List<Detector> DETECTORS =
      List.of(
          new Detector(
              "aws-access-key",
              List.of("AKIA", "ASIA", "ABIA", "ACCA"),
              "(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
          new Detector(
              "aws-secret-key",
              List.of("aws_secret", "AWS_SECRET", "SecretAccessKey", "secretAccessKey"),
              "(?i)secret_?access_?key[\"']?[ \\t]{0,8}[:=][ \\t]{0,8}[\"']?[A-Za-z0-9/+=]{40}"),
          new Detector(
              "private-key",
              "PRIVATE KEY",
              "-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
          new Detector("putty-private-key", "PuTTY-User-Key-File", "PuTTY-User-Key-File-[23]:"),
          new Detector(
              "github-token",
              List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
              "(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{36,255}"),
          new Detector("github-token", "github_pat_", "github_pat_[A-Za-z0-9_]{22,255}"),
          new Detector(
              "gitlab-token",
              List.of("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-"),
              "(?<![A-Za-z0-9_])gl(?:pat|dt|rt|ptt|cbt|soat)-[A-Za-z0-9_-]{20,255}"),
          new Detector("slack-token", "xox", "xox[abeoprs]-[A-Za-z0-9-]{10,255}"),
          new Detector("google-api-key", "AIza", "(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}"),
          new Detector(
              "stripe-key", List.of("sk_live_", "rk_live_"), "[sr]k_live_[0-9A-Za-z]{16,255}"),
          new Detector("npm-token", "npm_", "(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}"),
          new Detector(
              "npm-token",
              "_authToken",
              "_authToken[ \\t]{0,8}=[ \\t]{0,8}[\"']?[A-Za-z0-9_-]{20,255}"),
          new Detector("anthropic-key", "sk-ant-", "(?<![A-Za-z0-9_])sk-ant-[A-Za-z0-9_-]{20,255}"),
          new Detector(
              "openai-key",
              List.of("sk-proj-", "sk-svcacct-", "sk-admin-"),
              "(?<![A-Za-z0-9_])sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,255}"),
          new Detector(
              "openai-key", "T3BlbkFJ", "sk-[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}"),
          new Detector(
              "huggingface-token", "hf_", "(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{34}(?![A-Za-z0-9])"),
          new Detector("pypi-token", "pypi-AgE", "pypi-AgE[A-Za-z0-9_-]{50,255}"),
          new Detector(
              "sendgrid-key", "SG.", "(?<![A-Za-z0-9_])SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
          new Detector(
              "vault-token",
              List.of("hvs.", "hvb.", "hvr."),
              "(?<![A-Za-z0-9_])hv[sbr]\\.[A-Za-z0-9_-]{24,255}"),
          new Detector(
              "digitalocean-token",
              List.of("dop_v1_", "doo_v1_", "dor_v1_"),
              "(?<![A-Za-z0-9_])do[por]_v1_[0-9a-f]{64}"),
          new Detector(
              "shopify-token",
              List.of("shpat_", "shpss_", "shpca_", "shppa_"),
              "(?<![A-Za-z0-9_])shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}"),
          new Detector("docker-token", "dckr_pat_", "dckr_pat_[A-Za-z0-9_-]{20,255}"),
          new Detector("age-key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[A-Z0-9]{58}"),
          new Detector(
              "slack-webhook",
              "hooks.slack.com",
              "hooks\\.slack\\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,32}"),
          new Detector("google-oauth-secret", "GOCSPX-", "GOCSPX-[A-Za-z0-9_-]{28}"),
          new Detector("azure-storage-key", "AccountKey=", "AccountKey=[A-Za-z0-9+/]{86}=="),
          new Detector(
              "jwt",
              "eyJ",
              "(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}+\\.eyJ[A-Za-z0-9_-]{10,8000}+\\.[A-Za-z0-9_-]{0,1000}"),
          new Detector("countersign-credential", "cs_", "(?<![A-Za-z0-9_])cs_[A-Za-z0-9]{24,255}"),
          new Detector(
              "password-in-url",
              "://",
              "(?:postgres|postgresql|mysql|mongodb|redis|amqp|https?)(?:\\+[a-z]{1,10})?"
                  + "://[^/\\s:@\"'<>{}$]{1,64}:[^/\\s:@\"'<>{}$]{8,128}@"),
          new Detector(
              "assigned-secret",
              List.of("ecret", "ECRET", "oken", "OKEN", "assw", "ASSW", "api", "API", "Api"),
              Pattern.compile(
                  "(?i)(?:secret|token|passw(?:or)?d|api[_-]?key)[\"']?[ \\t]{0,8}[:=][ \\t]{0,8}"
                      + "[\"']([A-Za-z0-9+/_=.-]{20,128})[\"']"),
              3.8));

  /** A word, and the detectors that it may stand for, as bits. */
  private record Word(String text, int detectors) {}

  /** The words by their first two characters: a text is looked through once, not once a word. */
  private static final List<List<Word>> BY_BEGINNING = byBeginning();

  private SecretScanner() {}

  private static List<List<Word>> byBeginning() {
    Map<String, Integer> words = new HashMap<>();
    for (int i = 0; i < DETECTORS.size(); i++) {
      for (String word : DETECTORS.get(i).words()) {
        words.merge(word, 1 << i, (one, other) -> one | other);
      }
    }
    List<List<Word>> table = new ArrayList<>(Collections.nCopies(1 << 14, List.of()));
    words.forEach(
        (text, detectors) -> {
          int beginning = text.charAt(0) << 7 | text.charAt(1);
          List<Word> all = new ArrayList<>(table.get(beginning));
          all.add(new Word(text, detectors));
          table.set(beginning, List.copyOf(all));
        });
    return List.copyOf(table);
  }

  /** Whether it is worth a closer look. Only characters of ASCII count for it. */
  public static boolean mayFind(String text) {
    return candidates(text) != 0;
  }

  /** The detectors one of whose words stands in a text, as bits. */
  private static int candidates(String text) {
    int candidates = 0;
    int last = text.isEmpty() ? 128 : text.charAt(0);
    for (int i = 1; i < text.length(); i++) {
      int next = text.charAt(i);
      if ((last | next) < 128) {
        List<Word> words = BY_BEGINNING.get(last << 7 | next);
        for (int w = 0; w < words.size(); w++) {
          if (text.startsWith(words.get(w).text(), i - 1)) {
            candidates |= words.get(w).detectors();
          }
        }
      }
      last = next;
    }
    return candidates;
  }

  /**
   * Scans a text as it is.
   *
   * @param found told the detector and where the text of the secret begins
   */
  public static void scan(String text, BiConsumer<String, Integer> found) {
    int candidates = candidates(text);
    for (int left = candidates; left != 0; left &= left - 1) {
      Detector detector = DETECTORS.get(Integer.numberOfTrailingZeros(left));
      Matcher matcher = detector.pattern().matcher(text);
      while (matcher.find()) {
        if (detector.entropy() == 0 || entropy(matcher.group(1)) >= detector.entropy()) {
          found.accept(detector.name(), matcher.start());
        }
      }
    }
  }

  /** The text with every secret in it replaced by the name of what found it. */
  public static String redact(String text) {
    String redacted = text;
    for (int left = candidates(text); left != 0; left &= left - 1) {
      Detector detector = DETECTORS.get(Integer.numberOfTrailingZeros(left));
      redacted =
          detector
              .pattern()
              .matcher(redacted)
              .replaceAll(Matcher.quoteReplacement("«" + detector.name() + "»"));
    }
    return redacted;
  }

  /** The names of what is found in a text, or in what it says in another writing. */
  public static List<String> detectors(String text) {
    List<String> names = new ArrayList<>();
    scan(text, (name, at) -> names.add(name));
    return names;
  }

  /** Bits a character. */
  private static double entropy(String text) {
    int[] counts = new int[128];
    text.chars().forEach(c -> counts[c & 127]++);
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / text.length();
        entropy -= share * Math.log(share) / Math.log(2);
      }
    }
    return entropy;
  }
}
