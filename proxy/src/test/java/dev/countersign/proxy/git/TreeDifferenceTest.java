package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.junit.jupiter.api.Test;

/** Compares random directories, and has JGit do the same. */
class TreeDifferenceTest {

  private static final List<String> NAMES = List.of("a", "a.b", "a0", "a-", "b", "ä", "c");
  private static final List<FileMode> MODES =
      List.of(FileMode.REGULAR_FILE, FileMode.EXECUTABLE_FILE, FileMode.SYMLINK, FileMode.GITLINK);

  private final InMemoryRepository repository =
      new InMemoryRepository(new DfsRepositoryDescription("trees"));
  private final Random random = new Random(7);

  /** A directory, as names and what they are. */
  private record Node(FileMode mode, int content, TreeMap<String, Node> names) {}

  @Test
  void tellsWhatJGitTells() throws Exception {
    for (int round = 0; round < 400; round++) {
      Node first = directory(3);
      List<ObjectId> parents = new ArrayList<>();
      List<Node> nodes = new ArrayList<>();
      for (int parent = random.nextInt(4); parent > 0; parent--) {
        nodes.add(changed(first, 3));
        parents.add(write(nodes.getLast()));
      }
      ObjectId own = write(changed(nodes.isEmpty() ? first : nodes.getLast(), 3));
      List<String> told = new ArrayList<>();

      try (ObjectReader reader = repository.newObjectReader()) {
        new TreeDifference(reader).read(parents, own, change -> told.add(text(change)));
      }

      assertThat(told).as("round " + round).containsExactlyElementsOf(expected(parents, own));
    }
  }

  private static String text(TreeDifference.Change change) {
    return change.path() + " " + text(change.before()) + " " + text(change.after());
  }

  private static String text(Optional<TreeDifference.Side> side) {
    return side.map(there -> Integer.toOctalString(there.mode()) + ":" + there.id().name())
        .orElse("-");
  }

  private List<String> expected(List<ObjectId> parents, ObjectId own) throws IOException {
    List<String> expected = new ArrayList<>();
    try (TreeWalk trees = new TreeWalk(repository)) {
      trees.setRecursive(true);
      trees.setFilter(TreeFilter.ANY_DIFF);
      for (ObjectId parent : parents) {
        trees.addTree(parent);
      }
      if (parents.isEmpty()) {
        trees.addTree(new EmptyTreeIterator());
      }
      int last = trees.addTree(own);
      while (trees.next()) {
        boolean taken = false;
        for (int parent = 0; parent < last; parent++) {
          taken |=
              trees.idEqual(parent, last) && trees.getRawMode(parent) == trees.getRawMode(last);
        }
        if (!taken) {
          expected.add(trees.getPathString() + " " + text(trees, 0) + " " + text(trees, last));
        }
      }
    }
    return expected;
  }

  private static String text(TreeWalk trees, int side) {
    int mode = trees.getRawMode(side);
    return mode == 0 ? "-" : Integer.toOctalString(mode) + ":" + trees.getObjectId(side).name();
  }

  private Node directory(int depth) {
    TreeMap<String, Node> names = new TreeMap<>();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        names.put(name, node(depth));
      }
    }
    return new Node(FileMode.TREE, 0, names);
  }

  private Node node(int depth) {
    return depth > 0 && random.nextInt(3) == 0
        ? directory(depth - 1)
        : new Node(MODES.get(random.nextInt(MODES.size())), random.nextInt(3), new TreeMap<>());
  }

  private Node changed(Node node, int depth) {
    TreeMap<String, Node> names = new TreeMap<>(node.names());
    String name = NAMES.get(random.nextInt(NAMES.size()));
    Node was = names.get(name);
    if (was != null && was.mode().equals(FileMode.TREE) && random.nextInt(4) > 0) {
      names.put(name, changed(was, depth - 1));
    } else if (random.nextInt(3) == 0) {
      names.remove(name);
    } else {
      names.put(name, node(depth - 1));
    }
    return new Node(FileMode.TREE, 0, names);
  }

  private ObjectId write(Node directory) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = write(directory, inserter);
      inserter.flush();
      return id;
    }
  }

  private static ObjectId write(Node node, ObjectInserter inserter) throws IOException {
    if (!node.mode().equals(FileMode.TREE)) {
      return inserter.insert(Constants.OBJ_BLOB, ("" + node.content()).getBytes(UTF_8));
    }
    TreeMap<String, Map.Entry<String, Node>> sorted = new TreeMap<>();
    node.names()
        .forEach(
            (name, below) ->
                sorted.put(
                    below.mode().equals(FileMode.TREE) ? name + "/" : name,
                    Map.entry(name, below)));
    TreeFormatter tree = new TreeFormatter();
    for (Map.Entry<String, Node> entry : sorted.values()) {
      Node below = entry.getValue();
      tree.append(entry.getKey(), below.mode(), write(below, inserter));
    }
    return inserter.insert(tree);
  }

  @Test
  void git20_refusesDirectoriesThatAreMoreThanAnybodyCanRead() throws Exception {
    ObjectId below;
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      below = inserter.insert(new TreeFormatter());
      for (int level = 0; level < 40; level++) {
        TreeFormatter tree = new TreeFormatter();
        tree.append("a", FileMode.TREE, below);
        tree.append("b", FileMode.TREE, below);
        below = inserter.insert(tree);
      }
      inserter.flush();
    }
    ObjectId bomb = below;
    try (ObjectReader reader = repository.newObjectReader()) {
      assertThatThrownBy(
              () -> new TreeDifference(reader, 100_000).read(List.of(), bomb, change -> {}))
          .isInstanceOf(GitRefusedException.class)
          .hasMessageContaining("more than");
    }
  }

  /** Ours: a commit has room for a hundred thousand parents. */
  @Test
  void git20_refusesCommitsWithMoreParentsThanAnybodyCanCompare() throws Exception {
    ObjectId empty;
    ObjectId full;
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      empty = inserter.insert(new TreeFormatter());
      TreeFormatter tree = new TreeFormatter();
      for (int i = 0; i < 1_000; i++) {
        tree.append("%04d".formatted(i), FileMode.REGULAR_FILE, empty);
      }
      full = inserter.insert(tree);
      inserter.flush();
    }
    try (ObjectReader reader = repository.newObjectReader()) {
      TreeDifference difference = new TreeDifference(reader, 100_000);
      difference.read(Collections.nCopies(20, empty), full, change -> {});

      assertThatThrownBy(
              () -> difference.read(Collections.nCopies(10_000, empty), full, change -> {}))
          .isInstanceOf(GitRefusedException.class)
          .hasMessageContaining("more than");
    }
  }

  @Test
  void survivesDirectoriesThatAreNone() throws Exception {
    for (int round = 0; round < 5_000; round++) {
      byte[] raw = new byte[random.nextInt(60)];
      random.nextBytes(raw);
      byte[] begin = "100644 a\0".getBytes(UTF_8);
      System.arraycopy(begin, 0, raw, 0, Math.min(begin.length, raw.length));
      try {
        TreeCursor cursor = new TreeCursor(raw);
        TreeCursor other = new TreeCursor(raw.clone());
        while (!cursor.isAtEnd()) {
          assertThat(cursor.compareTo(other)).isZero();
          cursor.next();
          other.next();
        }
      } catch (org.eclipse.jgit.errors.CorruptObjectException e) {
        assertThat(e).hasMessageContaining("ends early");
      }
    }
  }
}
