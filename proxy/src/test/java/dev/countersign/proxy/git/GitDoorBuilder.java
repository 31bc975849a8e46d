package dev.countersign.proxy.git;

import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.rules.fact.Resource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a test wants its door to be like. */
final class GitDoorBuilder {

  HttpsConfig.Limits limits = HttpsConfig.Limits.DEFAULT;
  ObjectFormat format = ObjectFormat.SHA1;
  Optional<PackRecorder> recorder = Optional.empty();
  long disk = 1L << 30;
  Duration patience = Duration.ofMinutes(1);
  Front front = (address, repository) -> address;
  private int refs = 50;
  private long bytes = 2L << 30;
  private GitUpstream.Fetching fetching = GitUpstream.Fetching.DEFAULT;
  private GitUpstream.LargeFiles largeFiles = new GitUpstream.LargeFiles.Refused();
  private Optional<Authority> authority = Optional.empty();
  private boolean withoutClient;
  private boolean recordsPacks;

  /** What may stand between the gateway and its upstream. */
  @FunctionalInterface
  interface Front {
    URI of(URI upstream, Path repository) throws Exception;
  }

  GitDoorBuilder front(Front of) {
    front = of;
    return this;
  }

  /** Who signs the upstream's certificate. */
  GitDoorBuilder authority(Path file) {
    authority = Optional.of(new Authority(file));
    return this;
  }

  /** How long the upstream may be silent. */
  GitDoorBuilder patience(Duration of) {
    patience = of;
    return this;
  }

  /** How many a push may change. */
  GitDoorBuilder refs(int most) {
    refs = most;
    return this;
  }

  /** How large a push may be. */
  GitDoorBuilder bytes(long most) {
    bytes = most;
    return this;
  }

  /** How much of it mirrors and what waits may take. */
  GitDoorBuilder disk(long bytes) {
    disk = bytes;
    return this;
  }

  GitDoorBuilder limits(HttpsConfig.Limits of) {
    limits = of;
    return this;
  }

  /** What a clone may leave out. */
  GitDoorBuilder fetching(GitUpstream.Fetching allowed) {
    fetching = allowed;
    return this;
  }

  GitDoorBuilder largeFiles(long largest) {
    largeFiles = new GitUpstream.LargeFiles.Judged(largest);
    return this;
  }

  /** How the repository names its objects. */
  GitDoorBuilder format(ObjectFormat names) {
    format = names;
    return this;
  }

  /** What waits goes through though its client has left. */
  GitDoorBuilder withoutClient() {
    withoutClient = true;
    return this;
  }

  /**
   * Packs have to be recorded.
   *
   * @param with empty where the gateway cannot
   */
  GitDoorBuilder recording(Optional<PackRecorder> with) {
    recordsPacks = true;
    recorder = with;
    return this;
  }

  OpenGitDoor open() throws Exception {
    return new OpenGitDoor(this);
  }

  GitUpstream upstream(URI address, Path signers) {
    return new GitUpstream(
        new Resource("payments", Resource.Kind.GIT, Map.of("environment", "production")),
        address,
        authority,
        Optional.of(new GitUpstream.Login(GitServer.USER, new Secret.Generated(GitServer.TOKEN))),
        fetching,
        new GitUpstream.Pushing(
            bytes,
            8 << 20,
            100_000,
            refs,
            List.of("refs/heads/", "refs/tags/"),
            List.of("ci.*", "why=*"),
            withoutClient,
            Optional.of(signers)),
        Networks.ANYWHERE,
        largeFiles,
        recordsPacks);
  }
}
