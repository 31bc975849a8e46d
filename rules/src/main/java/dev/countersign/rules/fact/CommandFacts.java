package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What the rules saw of one command, in the words of its protocol. */
public sealed interface CommandFacts {

  /**
   * A text of SQL, all its statements together.
   *
   * @param accesses what they do, in order; empty where the text was not understood
   * @param opaque whether one of them can do things that its text does not tell
   */
  record Sql(List<SqlAccess> accesses, boolean opaque) implements CommandFacts {
    public Sql {
      accesses = List.copyOf(accesses);
    }
  }

  /**
   * A push, or a fetch.
   *
   * @param updates one for each ref it is about; empty where it was not understood
   */
  record Git(List<RefUpdate> updates) implements CommandFacts {
    public Git {
      updates = List.copyOf(updates);
    }
  }

  /** A request to a cluster. */
  record Kubernetes(KubeRequest request) implements CommandFacts {
    public Kubernetes {
      requireNonNull(request, "request");
    }
  }
}
