package dev.countersign.cli.demo;

import dev.countersign.rules.workbook.GitCondition;
import dev.countersign.rules.workbook.GitRow;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of the demo's sheet Git, one call each, in the order of their ids. */
final class DemoGitRows {

  /** The set of the sheet Lists with the files that run on build machines or say who reviews. */
  static final String BUILD_FILES = "build-files";

  private static final int FIRST_ROW = 2;
  private static final String ANY = "*";
  private static final String MAIN = "refs/heads/main";
  private static final Ruling ASK =
      new Ruling.Approve(List.of("dba-approvers"), Duration.ofMinutes(15));

  private final List<GitRow> rows = new ArrayList<>();

  private DemoGitRows() {}

  static List<GitRow> all() {
    DemoGitRows sheet = new DemoGitRows();
    // GIT-001
    sheet.add(Ruling.ALLOW, "fetch", ANY, ANY, "the shop's people and agents read its code", "");
    // GIT-002
    sheet.add(
        Ruling.BLOCK,
        "create, fast-forward, force, move-tag",
        ANY,
        ANY,
        GitCondition.SECRET,
        "secrets do not belong in git",
        "Take it out of every commit (git rebase -i) and have the secret replaced.");
    // GIT-003
    sheet.add(
        Ruling.BLOCK,
        "force, delete",
        MAIN,
        ANY,
        "the history of main is not rewritten",
        "Revert instead: git revert.");
    // GIT-004
    sheet.add(
        Ruling.ALLOW,
        "create, fast-forward, force, delete",
        "refs/heads/agent/*",
        ANY,
        "agents do as they like on branches of their own",
        "");
    // GIT-005
    sheet.add(
        ASK,
        "fast-forward",
        MAIN,
        ANY,
        "main is what is delivered: a human looks at it",
        "Push to a branch agent/... first.");
    // GIT-006
    sheet.add(
        ASK,
        "create, fast-forward, force",
        ANY,
        "@" + BUILD_FILES,
        "build files run with the shop's credentials: a human looks at them",
        "Leave the build files as they are.");
    // GIT-007
    sheet.add(
        Ruling.BLOCK,
        "move-tag, delete",
        "refs/tags/*",
        ANY,
        "a release stays what it was",
        "Make a new tag.");
    return List.copyOf(sheet.rows);
  }

  static List<String> buildFiles() {
    return List.of(
        ".github/*",
        ".gitlab-ci.yml",
        ".gitea/*",
        ".forgejo/*",
        ".circleci/*",
        "azure-pipelines.yml",
        "Jenkinsfile",
        "Makefile",
        "*/Makefile",
        "CODEOWNERS",
        "*/CODEOWNERS",
        ".gitattributes",
        ".gitmodules",
        ".lfsconfig",
        ".devcontainer/*",
        ".vscode/tasks.json");
  }

  private void add(
      Ruling ruling, String actions, String ref, String path, String reason, String hint) {
    add(ruling, actions, ref, path, GitCondition.ALWAYS, reason, hint);
  }

  private void add(
      Ruling ruling,
      String actions,
      String ref,
      String path,
      GitCondition condition,
      String reason,
      String hint) {
    rows.add(
        new GitRow(
            Particulars.of(
                rows.size() + FIRST_ROW,
                "GIT-%03d".formatted(rows.size() + 1),
                reason,
                hint,
                List.of("CM-3", "CM-5")),
            new Scope(List.of("@readers"), DemoGitServer.PAYMENTS, ANY),
            Arrays.asList(actions.split(", ", -1)),
            ref,
            path,
            condition,
            ruling));
  }
}
