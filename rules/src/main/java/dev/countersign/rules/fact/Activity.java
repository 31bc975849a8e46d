package dev.countersign.rules.fact;

import java.util.Set;

/**
 * What one subject did lately, as it is when a command is judged. The command itself does not count
 * yet.
 *
 * @param openSessions its sessions at this gateway, the one of the command among them
 * @param commandsLastSecond commands judged
 * @param commandsLastMinute commands judged
 * @param commandsLastHour commands judged
 * @param blocksLastMinute commands that were blocked
 * @param guessesLastTenMinutes statements that failed on a constraint (SQLSTATE class 23): who
 *     tries keys and values learns from the refusals what is there
 * @param rowsLastHour rows read, also by what failed in the end
 * @param bytesLastHour bytes of rows, packs and answers sent to it, also by what failed in the end
 * @param usualRowsPerHour the median of the subject's earlier hours in which it read; 0 if none
 * @param knownHours how many such hours there were; few make a poor median
 * @param newTables relations of this statement that the subject has not used before; empty for
 *     commands that are no SQL
 * @param hour of the day, 0 to 23, UTC
 * @param weekend whether it is Saturday or Sunday, UTC
 */
public record Activity(
    int openSessions,
    long commandsLastSecond,
    long commandsLastMinute,
    long commandsLastHour,
    long blocksLastMinute,
    long guessesLastTenMinutes,
    long rowsLastHour,
    long bytesLastHour,
    long usualRowsPerHour,
    int knownHours,
    Set<String> newTables,
    int hour,
    boolean weekend) {

  public Activity {
    newTables = Set.copyOf(newTables);
  }
}
