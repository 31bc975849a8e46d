package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.ACTION;
import static dev.countersign.rules.workbook.Columns.CONDITION;

import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sheet Git: who may push what to which refs, and fetch them. */
record GitSheet(RuleCells rules) implements Sheet<GitRow> {

  static final List<String> ACTIONS =
      Arrays.stream(RefUpdate.Change.values()).map(RefUpdate.Change::toString).toList();

  private static final String REF = "Ref";
  private static final String PATH = "Path";
  private static final List<String> VERDICTS =
      Vocabulary.words(List.of(Verdict.ALLOW, Verdict.APPROVE, Verdict.BLOCK));

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                      ACTION,
                      20,
                      true,
                      "What becomes of the ref. Several are separated by commas; * means anything."
                          + " fetch is clone and pull; move-tag changes what a tag means; lfs-..."
                          + " is about large files of Git LFS, whose paths are .git/lfs/objects/*.")
                  .proposing(ACTIONS),
              new Column(
                  REF,
                  24,
                  true,
                  "The full name of the branch or tag: refs/heads/main, refs/tags/v*. * stands for"
                      + " any characters; @name means a set of the sheet Lists."),
              new Column(
                  PATH,
                  24,
                  true,
                  "The files it changes: src/*, *.lock, @name, or * for any and none. Every changed"
                      + " file needs a row that allows it."),
              new Column(
                      CONDITION,
                      12,
                      false,
                      "Empty: always. secret: a new object holds what looks like one. unsigned: a"
                          + " commit has no verified signature. binary: the file is not text. link:"
                          + " it is a symbolic link or a submodule.")
                  .choosing(Vocabulary.conditions(GitCondition.ALWAYS))),
          Columns.ruling(
              "allow, approve (a human must say yes first) or block. When several rows match, the"
                  + " strictest wins. What no row matches is blocked.",
              VERDICTS));

  @Override
  public String name() {
    return Columns.GIT;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<GitRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    List<String> actions = cells.words(ACTION, ACTIONS);
    String ref = cells.nameOrList(REF, Vocabulary.REF_PUNCTUATION);
    cells.values(ref).forEach(each -> checkRef(cells, each));
    String path = cells.nameOrList(PATH, Vocabulary.PATH_PUNCTUATION);
    cells.values(path).forEach(each -> checkPath(cells, each));
    GitCondition condition = cells.choice(CONDITION, GitCondition.ALWAYS);
    Optional<Ruling> ruling = ruling(cells);
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new GitRow(
            particulars.orElseThrow(),
            scope.orElseThrow(),
            actions,
            ref,
            path,
            condition,
            ruling.orElseThrow()));
  }

  private static Optional<Ruling> ruling(Cells cells) {
    if (cells.present(Columns.VERDICT).filter("mask"::equals).isPresent()) {
      cells.fault(
          Columns.VERDICT,
          Vocabulary.quote("mask"),
          "allow, approve or block: a git pack cannot be masked; block fetch of the ref instead");
      return Optional.empty();
    }
    return RulingCells.read(cells, VERDICTS);
  }

  /** A branch's short name would match nothing: a block that never blocks. */
  private static void checkRef(Cells cells, String ref) {
    if (!ref.isEmpty() && !ref.startsWith("refs/") && !ref.startsWith("*")) {
      cells.fault(
          REF,
          Vocabulary.quote(ref),
          "a full name that begins with refs/ or *",
          Optional.of("refs/heads/" + ref));
    }
  }

  private static void checkPath(Cells cells, String path) {
    if (path.startsWith("/")) {
      cells.fault(
          PATH,
          Vocabulary.quote(path),
          "a path from the root of the repository, without a slash before it",
          Optional.of(path.substring(1)));
    }
  }

  @Override
  public Map<String, String> write(GitRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(ACTION, String.join(RuleCells.SEPARATOR, row.actions()));
    cells.put(REF, row.ref());
    cells.put(PATH, row.path());
    cells.put(
        CONDITION, row.condition() == GitCondition.ALWAYS ? "" : Vocabulary.word(row.condition()));
    RulingCells.write(row.ruling(), cells);
    return cells;
  }
}
