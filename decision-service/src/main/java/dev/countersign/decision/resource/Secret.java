package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where a secret is kept. The secret itself is read when it is used and held by nobody. */
public sealed interface Secret {

  /**
   * The secret.
   *
   * @throws IllegalStateException if it is not there
   */
  String reveal();

  /** An environment variable of the gateway. */
  record FromEnvironment(String variable) implements Secret {
    @Override
    public String reveal() {
      String value = System.getenv(variable);
      if (value == null) {
        throw new IllegalStateException("environment variable " + variable + " is not set");
      }
      return value;
    }
  }

  /** The first line of a file; a mounted Secret of Kubernetes is one. */
  record FromFile(Path file) implements Secret {
    @Override
    public String reveal() {
      return SecretFile.firstLine(file);
    }
  }

  /**
   * A credential that systemd hands to the gateway's service.
   *
   * @see <a href="https://systemd.io/CREDENTIALS/">systemd credentials</a>
   */
  record FromSystemd(String name) implements Secret {

    private static final String DIRECTORY = "CREDENTIALS_DIRECTORY";

    public FromSystemd {
      if (!name.matches("[A-Za-z0-9_.-]{1,255}") || name.startsWith(".")) {
        throw new IllegalArgumentException("systemd has no credential named " + name);
      }
    }

    @Override
    public String reveal() {
      String directory = System.getenv(DIRECTORY);
      if (directory == null) {
        throw new IllegalStateException(
            DIRECTORY + " is not set: does the unit have LoadCredential=" + name + "?");
      }
      return SecretFile.firstLine(Path.of(directory, name));
    }
  }

  /**
   * A field of a secret in HashiCorp Vault's key-value engine, version 2; asked for each time.
   *
   * @param address of Vault; over https, on this machine without
   * @param mount where the engine is
   * @param path the secret there
   * @param token what Vault knows the gateway by
   */
  record FromVault(
      URI address,
      Optional<String> namespace,
      String mount,
      String path,
      String field,
      Secret token)
      implements Secret {

    public FromVault {
      requireNonNull(namespace, "namespace");
      requireNonNull(token, "token");
      VaultReading.require(address, mount, path);
    }

    @Override
    public String reveal() {
      return VaultReading.read(this);
    }
  }

  /** A value made by this process itself, for parts it starts; never read from configuration. */
  record Generated(String value) implements Secret {
    public Generated {
      requireNonNull(value, "value");
    }

    @Override
    public String reveal() {
      return value;
    }

    @Override
    public String toString() {
      return "Generated[…]";
    }
  }
}
