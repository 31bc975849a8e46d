package dev.countersign.cli;

/** What the exit code of {@code countersign} means. */
public final class ExitCode {

  public static final int OK = 0;

  /** It ran and the answer is no: a check found faults, a tour differs from the workbook. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** What was asked for does not exist, or not for this subject. */
  public static final int NOT_FOUND = 3;

  /** The gateway refuses it: no token, not an approver, already answered. */
  public static final int REFUSED = 4;

  /** It is on its way: a human must say yes first. */
  public static final int WAITING = 5;

  /** Something it needs is not there: a port, a file, a server, a program. */
  public static final int UNAVAILABLE = 69;

  /** A fault of Countersign itself. */
  public static final int BROKEN = 70;

  private ExitCode() {}
}
