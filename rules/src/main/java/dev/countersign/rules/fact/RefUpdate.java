package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a git command does to one ref. A push is as many of these as it has ref commands.
 *
 * @param ref the full name, symbolic refs resolved: {@code refs/heads/main}
 * @param change what becomes of it
 * @param commits the commits that are new to the ref
 * @param paths the paths that these commits change, each once for every kind of content it has or
 *     had on the way; empty where none is
 * @param secrets what looks like a secret in any new object, also in one that a later commit
 *     removes
 * @param pushOptions as the client sent them
 * @param atomic whether the push is to change all of its refs or none
 */
public record RefUpdate(
    String ref,
    Change change,
    Commits commits,
    List<PathChange> paths,
    List<Secret> secrets,
    Set<String> pushOptions,
    boolean atomic)
    implements Act {

  /** What becomes of a ref. Whose ancestry is not known is a force. */
  public enum Change {
    CREATE,
    FAST_FORWARD,
    FORCE,
    DELETE,
    MOVE_TAG,
    /** Nothing: its objects are read by a clone or fetch. */
    FETCH,
    /** Nothing: large files of Git LFS, which its commits only point to, are sent to the host. */
    LFS_UPLOAD,
    /** Nothing: large files are read. */
    LFS_DOWNLOAD,
    /** Nothing: a path of Git LFS is closed to others. */
    LFS_LOCK,
    /** Nothing: it is opened again. */
    LFS_UNLOCK,
    /** Nothing: it is opened though somebody else has closed it. */
    LFS_FORCE_UNLOCK;

    /** Whether nothing is changed by it, neither a ref nor anything else. */
    public boolean isReading() {
      return this == FETCH || this == LFS_DOWNLOAD;
    }

    /** Whether commits that the ref had may be lost. */
    public boolean losesCommits() {
      return this == FORCE || this == DELETE || this == MOVE_TAG;
    }

    /** As the workbook writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * The new commits together.
   *
   * @param count how many
   * @param signed how many bear a signature, whoever made it
   * @param allSigned whether each has a signature that was verified
   * @param authors their e-mail addresses
   * @param committers theirs
   * @param messages the first lines, of the newest commit first, and not of all of them
   * @param listed the commits that the first of these messages are of, and not all of those
   */
  public record Commits(
      int count,
      int signed,
      boolean allSigned,
      Set<String> authors,
      Set<String> committers,
      List<String> messages,
      List<Commit> listed) {

    /**
     * One of them.
     *
     * @param id the name of the object, all of it
     * @param author the e-mail address
     * @param committer theirs
     */
    public record Commit(String id, String author, String committer) {

      private static final int ABBREVIATED = 12;

      public Commit {
        requireNonNull(id, "id");
        requireNonNull(author, "author");
        requireNonNull(committer, "committer");
      }

      /** In words, with the id as short as people write it. */
      @Override
      public String toString() {
        return id.substring(0, Math.min(ABBREVIATED, id.length()))
            + "  "
            + (author.equals(committer) ? author : author + " (committed by " + committer + ")");
      }
    }

    /** No commit is new. */
    public static final Commits NONE =
        new Commits(0, 0, true, Set.of(), Set.of(), List.of(), List.of());

    /** Where it is not known of each of them which it is, and whether it bears a signature. */
    public Commits(
        int count,
        boolean allSigned,
        Set<String> authors,
        Set<String> committers,
        List<String> messages) {
      this(count, allSigned ? count : 0, allSigned, authors, committers, messages, List.of());
    }

    public Commits {
      authors = Set.copyOf(authors);
      committers = Set.copyOf(committers);
      messages = List.copyOf(messages);
      listed = List.copyOf(listed);
    }

    /** A line for each that has a message here. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>(messages);
      for (int i = 0; i < Math.min(listed.size(), lines.size()); i++) {
        lines.set(i, listed.get(i) + "  " + lines.get(i));
      }
      return lines;
    }
  }

  /**
   * What becomes of one path.
   *
   * @param path from the root of the repository, with slashes
   * @param bytes its new size, or a larger one that it had on the way; 0 where it is only removed
   */
  public record PathChange(
      String path, Status status, Content content, long bytes, int linesAdded, int linesRemoved) {

    /** What was done to it. */
    public enum Status {
      ADDED,
      MODIFIED,
      REMOVED
    }

    /** What is there now, or was before it was removed. */
    public enum Content {
      TEXT,
      BINARY,
      SYMLINK,
      SUBMODULE
    }

    public PathChange {
      requireNonNull(path, "path");
      requireNonNull(status, "status");
      requireNonNull(content, "content");
    }
  }

  /**
   * Something that looks like a secret; its text is nowhere in the facts.
   *
   * @param detector what found it, e.g. {@code aws-access-key}
   * @param commit the id of the commit that brings it
   */
  public record Secret(String detector, String path, String commit) {
    public Secret {
      requireNonNull(detector, "detector");
      requireNonNull(path, "path");
      requireNonNull(commit, "commit");
    }
  }

  /** Where nothing is said of what becomes of the other refs of the push. */
  public RefUpdate(
      String ref,
      Change change,
      Commits commits,
      List<PathChange> paths,
      List<Secret> secrets,
      Set<String> pushOptions) {
    this(ref, change, commits, paths, secrets, pushOptions, false);
  }

  public RefUpdate {
    requireNonNull(ref, "ref");
    requireNonNull(change, "change");
    requireNonNull(commits, "commits");
    paths = List.copyOf(paths);
    secrets = List.copyOf(secrets);
    pushOptions = Set.copyOf(pushOptions);
  }

  /** The same, with what was found in it. */
  public RefUpdate withSecrets(List<Secret> found) {
    return new RefUpdate(ref, change, commits, paths, found, pushOptions, atomic);
  }

  /** In words: {@code force refs/heads/main}. */
  @Override
  public String toString() {
    return change + " " + ref;
  }
}
