package dev.countersign.proxy.kubernetes;

import java.util.ArrayList;
import java.util.List;

/** What is different between two texts, line by line, with a few equal lines around it. */
final class LineDiff {

  private static final int AROUND = 3;

  /** Beyond it the table of the comparison would be too large: all is shown then. */
  private static final int MOST_LINES = 1_500;

  private LineDiff() {}

  /** Lines that begin with a space, a minus or a plus. */
  static String of(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    List<String> all = new ArrayList<>();
    if (old.size() > MOST_LINES || now.size() > MOST_LINES) {
      old.forEach(line -> all.add("-" + line));
      now.forEach(line -> all.add("+" + line));
      return String.join("\n", all);
    }
    int[][] common = common(old, now);
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
        all.add(" " + old.get(i++));
        j++;
      } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
        all.add("-" + old.get(i++));
      } else {
        all.add("+" + now.get(j++));
      }
    }
    return String.join("\n", near(all));
  }

  /** The length of the longest common part of what follows. */
  private static int[][] common(List<String> old, List<String> now) {
    int[][] common = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.get(i).equals(now.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  private static List<String> near(List<String> all) {
    List<String> shown = new ArrayList<>();
    boolean left = false;
    for (int i = 0; i < all.size(); i++) {
      boolean isNear = false;
      for (int j = Math.max(0, i - AROUND); j <= Math.min(all.size() - 1, i + AROUND); j++) {
        isNear |= all.get(j).charAt(0) != ' ';
      }
      if (isNear) {
        shown.add(all.get(i));
      } else if (!left) {
        shown.add("…");
      }
      left = !isNear;
    }
    return shown;
  }
}
