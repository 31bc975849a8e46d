package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * What is in a directory, or below it, that is in none of some others as it is there: files, links
 * and submodules, and that they are not there any more. What a merge takes over from one of its
 * parents is not. Used by one thread.
 */
final class TreeDifference {

  private static final int MOST_ENTRIES = 10_000_000;
  private static final int DEEPEST = 200;

  /** Parents that cost nothing extra. */
  private static final int FEW = 8;

  private static final byte[] EMPTY = {};

  /** What is at a path. */
  record Side(int mode, ObjectId id) {}

  /**
   * A path at which it differs.
   *
   * @param before what the first of the others has there
   */
  record Change(String path, Optional<Side> before, Optional<Side> after) {}

  /** Who is told, in the order of the paths. */
  interface Listener {
    void changed(Change change) throws IOException, GitRefusedException;
  }

  private final ObjectReader reader;
  private final int most;
  private byte[] path = new byte[256];
  private int entries;

  TreeDifference(ObjectReader reader) {
    this(reader, MOST_ENTRIES);
  }

  /**
   * One with another bound.
   *
   * @param most files and directories that differ, in all that it compares
   */
  TreeDifference(ObjectReader reader, int most) {
    this.reader = requireNonNull(reader, "reader");
    this.most = most;
  }

  /**
   * Compares them.
   *
   * @param others if there are none, all that is there differs
   */
  void read(List<ObjectId> others, ObjectId own, Listener listener)
      throws IOException, GitRefusedException {
    byte[][] raws = new byte[Math.max(1, others.size()) + 1][];
    Arrays.fill(raws, EMPTY);
    for (int i = 0; i < others.size(); i++) {
      if (others.get(i).equals(own)) {
        return;
      }
      raws[i] = raw(others.get(i));
    }
    raws[raws.length - 1] = raw(own);
    read(raws, 0, 0, listener);
  }

  private byte[] raw(ObjectId id) throws IOException {
    return reader.open(id, Constants.OBJ_TREE).getCachedBytes(Integer.MAX_VALUE - 8);
  }

  private void read(byte[][] raws, int pathLength, int depth, Listener listener)
      throws IOException, GitRefusedException {
    if (depth > DEEPEST) {
      throw GitRefusedException.limit("directories nested deeper than " + DEEPEST);
    }
    TreeCursor[] sides = new TreeCursor[raws.length];
    for (int i = 0; i < raws.length; i++) {
      sides[i] = new TreeCursor(raws[i]);
    }
    boolean[] present = new boolean[sides.length];
    while (true) {
      if (sides.length == 2) {
        sides[0].skipWhatIsSame(sides[1]);
      }
      TreeCursor least = least(sides);
      if (least.isAtEnd()) {
        return;
      }
      // Each is looked for in all the others, and a commit can have very many parents.
      entries += 1 + sides.length / FEW;
      if (entries > most) {
        throw GitRefusedException.limit(
            "more than " + most + " changed files in its commits together");
      }
      for (int i = 0; i < sides.length; i++) {
        present[i] = sides[i] == least || sides[i].compareTo(least) == 0;
      }
      if (differs(sides, present)) {
        int length = append(least, pathLength);
        if (least.isDirectory()) {
          read(below(sides, present), slash(length), depth + 1, listener);
        } else {
          listener.changed(change(sides, present, length));
        }
      }
      for (int i = 0; i < sides.length; i++) {
        if (present[i]) {
          sides[i].next();
        }
      }
    }
  }

  private static TreeCursor least(TreeCursor[] sides) {
    TreeCursor least = sides[0];
    for (int i = 1; i < sides.length; i++) {
      if (sides[i].compareTo(least) < 0) {
        least = sides[i];
      }
    }
    return least;
  }

  /** Whether the last of them is none of the others. */
  private static boolean differs(TreeCursor[] sides, boolean[] present) {
    int own = sides.length - 1;
    for (int i = 0; i < own; i++) {
      if (present[i] == present[own] && (!present[own] || sides[i].isSame(sides[own]))) {
        return false;
      }
    }
    return true;
  }

  private int append(TreeCursor entry, int pathLength) {
    int length = pathLength + entry.nameLength();
    if (length >= path.length) {
      path = Arrays.copyOf(path, 2 * length + 1);
    }
    entry.copyName(path, pathLength);
    return length;
  }

  private int slash(int length) {
    path[length] = '/';
    return length + 1;
  }

  private byte[][] below(TreeCursor[] sides, boolean[] present) throws IOException {
    byte[][] raws = new byte[sides.length][];
    for (int i = 0; i < sides.length; i++) {
      raws[i] = present[i] ? raw(sides[i].id()) : EMPTY;
    }
    return raws;
  }

  private Change change(TreeCursor[] sides, boolean[] present, int length) {
    int own = sides.length - 1;
    return new Change(
        // Whatever is no UTF-8 in it leaves the rest of it what it is.
        new String(path, 0, length, StandardCharsets.UTF_8),
        present[0] ? Optional.of(sides[0].side()) : Optional.empty(),
        present[own] ? Optional.of(sides[own].side()) : Optional.empty());
  }
}
