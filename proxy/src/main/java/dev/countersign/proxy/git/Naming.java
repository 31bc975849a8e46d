package dev.countersign.proxy.git;

import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.wire.ObjectName;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/** The names by which objects are read here, and those by which everybody else knows them. */
sealed interface Naming {

  /** Where both are the same. */
  Naming SAME = new Same();

  /** By what an object is read; empty if that is not known. */
  Optional<ObjectId> inner(ObjectName name);

  /**
   * How an object is called.
   *
   * @param inner what it is read by
   */
  String outer(String inner);

  /** The same of a commit of another repository, which a submodule is at. */
  String link(String inner);

  /** A commit's signature, and what was signed; empty if it bears none. */
  Optional<SignedCommit> signed(byte[] raw) throws IOException;

  /** As nearly everywhere. */
  record Same() implements Naming {

    @Override
    public Optional<ObjectId> inner(ObjectName name) {
      return Optional.of(ObjectId.fromString(name.hex()));
    }

    @Override
    public String outer(String inner) {
      return inner;
    }

    @Override
    public String link(String inner) {
      return inner;
    }

    @Override
    public Optional<SignedCommit> signed(byte[] raw) {
      return SignedCommit.read(raw, SignedCommit.Header.SHA1);
    }
  }

  /**
   * Where they are called by SHA-256.
   *
   * @param names of what was made over
   */
  record Translated(KnownNames names) implements Naming {

    @Override
    public Optional<ObjectId> inner(ObjectName name) {
      return names.inner(name).map(ObjectId::fromString);
    }

    @Override
    public String outer(String inner) {
      return names
          .outer(inner)
          .orElseThrow(() -> new IllegalStateException("an object was read that has no name"));
    }

    @Override
    public String link(String inner) {
      return names.link(inner).orElse(inner);
    }

    @Override
    public Optional<SignedCommit> signed(byte[] raw) throws IOException {
      // Where the signature stands does not depend on names; what it is of does.
      return SignedCommit.read(raw, SignedCommit.Header.SHA256).isEmpty()
          ? Optional.empty()
          : SignedCommit.read(names.commit(raw), SignedCommit.Header.SHA256);
    }
  }
}
