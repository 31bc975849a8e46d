package dev.countersign.cli.policy;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Faults;
import dev.countersign.rules.workbook.Reading;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** A workbook that a command is about; it need not be in force. */
final class Draft {

  private Draft() {}

  /** The file's rows, or its faults. */
  static Reading read(Path file) {
    try {
      return WorkbookReader.read(file);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, file + " cannot be read", e);
    }
  }

  /** The file as a policy; ends the command with all faults where it has some. */
  static WorkbookPolicy open(Path file) {
    return switch (read(file)) {
      case Workbook workbook -> new WorkbookPolicy(workbook);
      case Faults faults ->
          throw new CommandFailure(
              ExitCode.FAILED,
              faults.lines().stream()
                  .map(VisibleText::line)
                  .collect(Collectors.joining("\n", file + " is refused:\n", "")));
    };
  }
}
