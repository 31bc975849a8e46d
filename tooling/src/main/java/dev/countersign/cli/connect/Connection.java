package dev.countersign.cli.connect;

import dev.countersign.cli.api.Access;
import java.nio.file.Path;
import java.util.Map;

/** What a client needs to get to a resource. */
sealed interface Connection permits PostgresConnection, GitConnection, KubernetesConnection {

  static Connection of(Minted minted, Access access) {
    return switch (minted.door()) {
      case Minted.PostgresDoor door -> PostgresConnection.of(minted, door, access.server());
      case Minted.GitDoor door -> GitConnection.of(minted, door, access);
      case Minted.KubernetesDoor door -> KubernetesConnection.of(minted, door, access);
    };
  }

  /** The variables a client reads. */
  Map<String, String> environment();

  /** What there is to set and to call, for a human to copy. */
  String guide();

  /**
   * Puts it where clients look.
   *
   * @return what was written and how to use it
   */
  Written write();

  /** A file that was written. */
  record Written(Path file, String usage) {}
}
