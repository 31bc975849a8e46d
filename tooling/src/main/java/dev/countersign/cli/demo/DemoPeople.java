package dev.countersign.cli.demo;

import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.cli.gateway.Parts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a good token of each of the demo's people in a file that only this user can read: {@code
 * bob.token} and the like.
 */
final class DemoPeople {

  /**
   * The agent, who acts for alice; one from outside, who acts for carol; two officers; two
   * approvers; an auditor; the load generator.
   */
  static final List<String> NAMES =
      List.of("agent-7", "guest-3", "olivia", "oscar", "bob", "dana", "audrey", "bench");

  private static final Logger log = LoggerFactory.getLogger(DemoPeople.class);

  /** Half of a token's life. */
  private static final Duration RENEWAL = Duration.ofMinutes(30);

  private final DemoIdentityProvider provider;
  private final Path directory;

  private DemoPeople(DemoIdentityProvider provider, Path directory) {
    this.provider = provider;
    this.directory = directory;
  }

  static DemoPeople start(Path directory, Parts parts) throws IOException {
    DemoPeople people =
        new DemoPeople(parts.add("identity provider", DemoIdentityProvider.start(0)), directory);
    people.writeTokens();
    ScheduledExecutorService clock =
        parts.add(
            "token renewal",
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("token-renewal").daemon().factory()));
    ScheduledFuture<?> _ =
        clock.scheduleAtFixedRate(
            people::renew, RENEWAL.toSeconds(), RENEWAL.toSeconds(), TimeUnit.SECONDS);
    return people;
  }

  URI issuer() {
    return URI.create(provider.issuer());
  }

  private void renew() {
    try {
      writeTokens();
    } catch (IOException | RuntimeException e) {
      log.atWarn().setCause(e).log("tokens of the demo could not be renewed");
    }
  }

  private void writeTokens() throws IOException {
    for (String name : NAMES) {
      Path next = PrivateFiles.write(directory.resolve(name + ".next"), provider.token(name));
      Files.move(
          next,
          directory.resolve(name + ".token"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
