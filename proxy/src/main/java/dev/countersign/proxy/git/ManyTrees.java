package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;

/** What many commits change, read by several threads and told by one at a time, in no order. */
final class ManyTrees {

  /** Fewer are read as quickly by one thread. */
  private static final int PART = 256;

  /** Who is told. */
  interface Listener {
    void touched(TreeChanges.Touch touch) throws IOException, GitRefusedException;
  }

  private final ObjectReader reader;
  private final Listener listener;
  private final Deque<List<RevCommit>> parts = new ArrayDeque<>();

  ManyTrees(ObjectReader reader, Listener listener) {
    this.reader = requireNonNull(reader, "reader");
    this.listener = requireNonNull(listener, "listener");
  }

  void read(List<RevCommit> commits) throws IOException, InterruptedException, GitRefusedException {
    for (int from = 0; from < commits.size(); from += PART) {
      parts.add(commits.subList(from, Math.min(commits.size(), from + PART)));
    }
    SharedWork.run("git-trees-", parts.size(), this::readParts);
  }

  private void readParts() throws IOException, GitRefusedException {
    boolean done = false;
    try (ObjectReader own = reader.newReader();
        TreeChanges changes = new TreeChanges(own)) {
      for (Optional<List<RevCommit>> part = next(); part.isPresent(); part = next()) {
        List<TreeChanges.Touch> touched = new ArrayList<>();
        int read = changes.read(part.get(), touched);
        tell(touched, part.get().subList(read, part.get().size()));
      }
      done = true;
    } finally {
      if (!done) {
        stop();
      }
    }
  }

  private synchronized Optional<List<RevCommit>> next() {
    return Optional.ofNullable(parts.poll());
  }

  private synchronized void tell(List<TreeChanges.Touch> touched, List<RevCommit> rest)
      throws IOException, GitRefusedException {
    for (TreeChanges.Touch touch : touched) {
      listener.touched(touch);
    }
    if (!rest.isEmpty()) {
      parts.addFirst(rest);
    }
  }

  private synchronized void stop() {
    parts.clear();
  }
}
