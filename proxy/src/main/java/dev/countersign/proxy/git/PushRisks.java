package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.PlainText;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.Commits;
import dev.countersign.rules.fact.RefUpdate.PathChange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What an approver should look at first: the ways in which a push can do more than it seems to. */
final class PushRisks {

  private static final int NAMED = 5;
  private static final int LARGE = 1 << 20;

  /**
   * Files that run somewhere or are obeyed, or say who reviews; the rules have lists of their own.
   */
  private static final Pattern RUNS =
      Pattern.compile(
          "(?i)(?:\\.github|\\.gitlab|\\.gitea|\\.forgejo|\\.circleci|\\.buildkite|\\.woodpecker"
              + "|\\.teamcity|\\.devcontainer|\\.vscode|\\.idea|\\.cursor|\\.cargo|\\.husky|\\.githooks"
              + "|\\.mvn|\\.yarn)/.*"
              + "|(?:.*/)?(?:Makefile|Jenkinsfile|Dockerfile|CODEOWNERS|\\.gitlab-ci\\.yml"
              + "|\\.?(?:travis|drone|woodpecker|cirrus|appveyor)\\.yml"
              + "|(?:azure|bitbucket)-pipelines\\.yml|cloudbuild\\.ya?ml|AGENTS\\.md|\\.mcp\\.json"
              + "|package\\.json|pom\\.xml|build\\.gradle(?:\\.kts)?|setup\\.py|conftest\\.py|build\\.rs"
              + "|pyproject\\.toml|Cargo\\.toml|CMakeLists\\.txt|Rakefile|mvnw|gradlew|\\.envrc|\\.yarnrc\\.yml"
              + "|\\.gitattributes|\\.gitmodules|\\.lfsconfig|\\.pre-commit-config\\.yaml|\\.npmrc)");

  private static final Pattern LOCKS =
      Pattern.compile(
          "(?i)(?:.*/)?(?:.*\\.lock|package-lock\\.json|pnpm-lock\\.yaml|go\\.sum|npm-shrinkwrap"
              + "\\.json|bun\\.lockb|gradle\\.lockfile|packages\\.lock\\.json|Package\\.resolved)");

  private PushRisks() {}

  /** A line for each. */
  static List<String> of(Inspected part) {
    RefUpdate update = part.update();
    List<String> lines = new ArrayList<>();
    history(part, lines);
    signatures(update.commits(), lines);
    people(update.commits(), lines);
    paths(
        "files that build machines, editors or agents run or obey, or that say who reviews",
        update,
        RUNS,
        lines);
    paths("lists of exact versions of what is installed", update, LOCKS, lines);
    content("symbolic links", update, PathChange.Content.SYMLINK, lines);
    content("submodules", update, PathChange.Content.SUBMODULE, lines);
    content("files that are not text", update, PathChange.Content.BINARY, lines);
    named("large files", update, path -> path.bytes() > LARGE, lines);
    if (!update.pushOptions().isEmpty()) {
      lines.add(
          "push options: "
              + PlainText.line(String.join(", ", update.pushOptions().stream().sorted().toList())));
    }
    return lines;
  }

  private static void history(Inspected part, List<String> lines) {
    String before = part.command().before().abbreviated();
    switch (part.update().change()) {
      case FORCE ->
          lines.add(
              part.lost() == 0
                  ? "the ref is overwritten; what it was is not known here: " + before
                  : "the ref is overwritten: it loses "
                      + (part.lost() == Inspector.MOST_LOST ? "at least " : "")
                      + part.lost()
                      + " commits, the last "
                      + before);
      case DELETE -> lines.add("the ref is deleted; it was " + before);
      case MOVE_TAG ->
          lines.add(
              "the tag means something else afterwards: it was "
                  + before
                  + ", and becomes "
                  + part.command().after().abbreviated());
      case CREATE,
          FAST_FORWARD,
          FETCH,
          LFS_UPLOAD,
          LFS_DOWNLOAD,
          LFS_LOCK,
          LFS_UNLOCK,
          LFS_FORCE_UNLOCK -> {}
    }
  }

  private static void signatures(Commits commits, List<String> lines) {
    if (!commits.allSigned()) {
      lines.add(
          commits.signed() == 0
              ? "no new commit is signed"
              : commits.signed()
                  + " of "
                  + commits.count()
                  + " new commits bear a signature; not all of them are verified");
    }
  }

  private static void people(Commits commits, List<String> lines) {
    if (!commits.committers().containsAll(commits.authors())) {
      lines.add(
          "authors who are not the committers: "
              + PlainText.line(
                  String.join(
                      ", ",
                      commits.authors().stream()
                          .filter(author -> !commits.committers().contains(author))
                          .sorted()
                          .limit(NAMED)
                          .toList())));
    }
  }

  private static void paths(String what, RefUpdate update, Pattern pattern, List<String> lines) {
    named(what, update, path -> pattern.matcher(path.path()).matches(), lines);
  }

  private static void content(
      String what, RefUpdate update, PathChange.Content content, List<String> lines) {
    named(what, update, path -> path.content() == content, lines);
  }

  private static void named(
      String what, RefUpdate update, Predicate<PathChange> is, List<String> lines) {
    List<PathChange> found = update.paths().stream().filter(is).toList();
    if (!found.isEmpty()) {
      String names =
          String.join(
              ", ",
              found.stream()
                  .limit(NAMED)
                  .map(path -> PlainText.line(SecretScanner.redact(path.path())))
                  .toList());
      int more = found.size() - NAMED;
      lines.add(what + ": " + names + (more > 0 ? " and %d more".formatted(more) : ""));
    }
  }
}
