package dev.countersign.cli.gateway;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a resource that is declared over the API may have its secrets from. Without this an
 * operator could have any file or variable of the gateway sent to a host of his choice.
 */
final class AllowedSecrets {

  private final Configuration.UpstreamSecrets allowed;

  AllowedSecrets(Configuration.UpstreamSecrets allowed) {
    this.allowed = allowed;
  }

  /** What of a resource is kept where it may not be; in words that repeat no secret. */
  List<String> faults(Configuration.Target target) {
    List<String> faults = new ArrayList<>();
    target
        .postgres()
        .ifPresent(
            postgres -> {
              check(postgres.password(), faults);
              postgres.authority().ifPresent(path -> check(path, faults));
            });
    target
        .git()
        .ifPresent(
            git -> {
              git.token().ifPresent(token -> check(token, faults));
              git.authority().ifPresent(path -> check(path, faults));
            });
    target
        .kubernetes()
        .ifPresent(
            cluster -> {
              cluster.token().ifPresent(token -> check(token, faults));
              for (Optional<Path> file :
                  List.of(cluster.authority(), cluster.certificate(), cluster.key())) {
                file.ifPresent(path -> check(path, faults));
              }
            });
    return faults;
  }

  private void check(Secret secret, List<String> faults) {
    switch (secret) {
      case Secret.FromEnvironment(String variable) -> {
        if (!variable.startsWith(allowed.environment())) {
          faults.add(
              "the variable %s may not be used: its name has to begin with %s"
                  .formatted(variable, allowed.environment()));
        }
      }
      case Secret.FromFile(Path file) -> check(file, faults);
      case Secret.FromSystemd(String name) -> {
        if (!name.startsWith(allowed.systemd())) {
          faults.add(
              "the credential %s may not be used: its name has to begin with %s"
                  .formatted(name, allowed.systemd()));
        }
      }
      case Secret.FromVault vault -> {
        if (!allowed.vault().contains(vault.address())) {
          faults.add(vault.address() + " is not in upstreams.secrets.vault");
        }
        check(vault.token(), faults);
      }
      case Secret.Generated _ -> faults.add("a secret is not said, but where it is kept");
    }
  }

  private void check(Path file, List<String> faults) {
    Path normal = file.toAbsolutePath().normalize();
    if (allowed.directory().isEmpty()) {
      faults.add(file + " may not be used: upstreams.secrets.directory is not set");
    } else if (!normal.startsWith(allowed.directory().get())) {
      faults.add(file + " may not be used: it is not below " + allowed.directory().get());
    }
  }
}
