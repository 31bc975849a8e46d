package dev.countersign.cli.configuration;

import dev.countersign.audit.export.S3Config;
import dev.countersign.decision.notification.Webhook;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.rules.fact.Resource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the configuration file says, section by section. Defaults are those of the schema; what each
 * key means stands there too and in {@code docs/configuration.md}.
 */
public record Configuration(
    SubjectLimits limits,
    State state,
    Doors doors,
    Api api,
    Identity identity,
    Upstreams upstreams,
    List<Target> resources,
    PolicySource policy,
    JournalSettings journal,
    Optional<SearchIndex> elasticsearch,
    Optional<Escalation> escalation,
    Optional<BreakGlass> breakGlass,
    List<WebhookTarget> webhooks) {

  /**
   * Bounds of one subject.
   *
   * @param sessionsPerSubject open at a time
   * @param commandsPerSecond judged at one gateway
   * @param rows sent by one gateway within the window
   * @param bytes sent by one gateway within the window
   */
  public record SubjectLimits(
      int sessionsPerSubject,
      Optional<Integer> commandsPerSecond,
      Optional<Integer> rows,
      Optional<DataSize> bytes,
      Duration window) {}

  /**
   * Who may declare an emergency, and for whom.
   *
   * @param reviewers the officers if nothing else is said
   */
  public record BreakGlass(
      String openers,
      Optional<String> reviewers,
      List<String> subjects,
      boolean agents,
      Duration longest,
      Duration reviewWithin) {}

  public record State(Path directory, Database database) {}

  /** Exactly one of both is there. */
  public record Database(Optional<Embedded> embedded, Optional<Jdbc> jdbc) {}

  public record Embedded(int port) {}

  public record Jdbc(String url, String user, Secret password) {}

  public record Doors(
      Optional<Path> roots,
      PostgresDoor postgres,
      GitDoor git,
      KubernetesDoor kubernetes,
      Optional<HttpsDoor> https) {}

  public record GitDoor(
      Optional<Path> directory, DataSize disk, int inspections, Duration approvalNotice) {}

  public record KubernetesDoor(
      int requests,
      Duration patience,
      int streams,
      DataSize body,
      DataSize recorded,
      DataSize terminal,
      Duration idleSession) {}

  public record HttpsDoor(
      Address listen,
      Optional<Address> publicAddress,
      Path certificate,
      Path key,
      HttpsLimits limits) {}

  public record HttpsLimits(
      int connections,
      int streams,
      DataSize head,
      Duration headTime,
      Duration idle,
      Duration stall) {}

  public record PostgresDoor(
      Address listen,
      Optional<Address> publicAddress,
      Path certificate,
      Path key,
      Limits limits,
      Duration approvalNotice) {}

  public record Limits(
      int connections, DataSize statement, DataSize message, int names, Duration handshake) {}

  public record Api(
      Address listen,
      URI publicUrl,
      Optional<Certificate> tls,
      String operators,
      Optional<String> enforcementPoints,
      ApiLimits limits) {}

  /** Calls a minute. */
  public record ApiLimits(int reads, int changes, int questions, int withoutToken) {}

  public record Certificate(Path certificate, Path key) {}

  public record Identity(Credentials credentials, Optional<StepUp> stepUp, List<Issuer> issuers) {
    public Identity {
      issuers = List.copyOf(issuers);
    }
  }

  /** How those must have signed in who answer for others. */
  public record StepUp(List<String> levels, Optional<Duration> maxAge) {
    public StepUp {
      levels = List.copyOf(levels);
    }
  }

  /** Session credentials. */
  public record Credentials(Duration lifetime, Duration maxLifetime, int perSubject) {}

  public record Issuer(
      URI issuer,
      String audience,
      List<String> authorizedParties,
      Optional<String> client,
      Optional<URI> jwks,
      List<String> algorithms,
      Claims claims,
      Duration clockSkew,
      boolean plainHttp) {
    public Issuer {
      authorizedParties = List.copyOf(authorizedParties);
      algorithms = List.copyOf(algorithms);
    }
  }

  /** Names of claims. */
  public record Claims(String groups, String name, String agent, String agentValue, String owner) {}

  /** Where upstreams may be. */
  public record Upstreams(List<String> networks, UpstreamSecrets secrets) {
    public Upstreams {
      networks = List.copyOf(networks);
    }
  }

  /**
   * Where the secrets of resources may be kept that are declared over the API.
   *
   * @param environment what the names of variables begin with
   * @param systemd what the names of credentials begin with
   * @param vault addresses
   */
  public record UpstreamSecrets(
      Optional<Path> directory, String environment, String systemd, List<URI> vault) {
    public UpstreamSecrets {
      vault = List.copyOf(vault);
    }
  }

  /** What can be reached; the section that its kind names is there. */
  public record Target(
      String name,
      String kind,
      Map<String, String> labels,
      Optional<PostgresTarget> postgres,
      Optional<GitTarget> git,
      Optional<KubernetesTarget> kubernetes) {
    public Target {
      labels = Map.copyOf(labels);
    }

    /** What rules know of it. */
    public Resource resource() {
      return new Resource(name, Resource.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), labels);
    }
  }

  /** Either a token or a certificate with its key is there. */
  public record KubernetesTarget(
      URI server,
      Optional<Path> authority,
      Optional<Secret> token,
      Optional<Path> certificate,
      Optional<Path> key,
      boolean impersonate) {

    boolean isComplete() {
      return token.isPresent() != certificate.isPresent()
          && certificate.isPresent() == key.isPresent();
    }
  }

  public record PostgresTarget(
      String host,
      int port,
      String database,
      String user,
      Secret password,
      PostgresUpstream.Tls tls,
      Optional<Path> authority,
      List<String> searchPath,
      SessionLimits limits,
      Recording recording,
      PostgresSessions.Waiting approvals,
      Optional<SessionRole> sessionRole) {
    public PostgresTarget {
      searchPath = List.copyOf(searchPath);
    }

    boolean trustsForNothing() {
      return authority.isPresent() && tls == PostgresUpstream.Tls.DISABLE;
    }
  }

  public record GitTarget(
      URI url,
      Optional<Path> authority,
      String user,
      Optional<Secret> token,
      boolean shallow,
      boolean partial,
      List<String> namespaces,
      List<String> pushOptions,
      boolean pushWithoutClient,
      Optional<Path> signers,
      LargeFiles lfs,
      GitRecording recording,
      GitLimits limits) {
    public GitTarget {
      namespaces = List.copyOf(namespaces);
      pushOptions = List.copyOf(pushOptions);
    }

    boolean trustsForNothing() {
      return authority.isPresent() && "http".equals(url.getScheme());
    }
  }

  /**
   * What is recorded of pushes besides what they change.
   *
   * @param packs whether the packs themselves are
   */
  public record GitRecording(boolean packs) {}

  /** Bounds on one push. */
  public record GitLimits(
      DataSize push, DataSize object, int objects, int refs, DataSize largeFile) {}

  /** What becomes of Git LFS. */
  public enum LargeFiles {
    REFUSED,
    JUDGED
  }

  public record SessionLimits(
      Duration statement, Duration lock, Duration idleInTransaction, Duration idle) {}

  public record Recording(int rows, DataSize bytes) {}

  public record SessionRole(String template, Duration life) {}

  /**
   * The policy.
   *
   * @param packs the folder of rule packs, if there are any
   * @param officers the group whose members submit and activate versions
   * @param auditors the group whose members may look at versions
   */
  public record PolicySource(
      Source source, Path workbook, Optional<Path> packs, String officers, String auditors) {}

  /** What decides which policy is in force. */
  public enum Source {
    FILE,
    VERSIONS
  }

  /**
   * The journal.
   *
   * @param ownerKey whom its segments are encrypted to; empty if they are not
   */
  public record JournalSettings(
      Optional<Path> directory,
      Sync sync,
      DataSize segmentSize,
      Duration segmentAge,
      Optional<Path> ownerKey,
      Duration localReadable,
      CheckpointSignature signature,
      Optional<Path> signingKey,
      Optional<Duration> retention,
      DataSize packs,
      Export export,
      Anchors anchors) {}

  /** Where closed segments are copied to; nowhere if neither is there. */
  public record Export(Optional<Path> directory, Optional<Bucket> s3) {}

  /** A bucket of an S3-compatible store. */
  public record Bucket(
      URI endpoint,
      String region,
      String bucket,
      String prefix,
      Secret accessKey,
      Secret secretKey,
      Optional<ObjectLock> lock) {}

  /** What objects are locked with. */
  public record ObjectLock(S3Config.Mode mode, Duration period) {}

  /** Where checkpoints are kept besides. */
  public record Anchors(Optional<Path> directory, Optional<URI> witness, boolean elasticsearch) {}

  /** What checkpoints are signed with. */
  public enum CheckpointSignature {
    ED25519,
    P256
  }

  /** Who may answer too, after what time. */
  public record Escalation(String group, Duration after) {}

  public record WebhookTarget(
      String name,
      URI url,
      Webhook.Format format,
      Optional<Secret> secret,
      boolean alerts,
      boolean showCommand) {}

  /** Before which commands the journal waits for the disk. */
  public enum Sync {
    WRITES,
    ALWAYS
  }

  /**
   * The search index.
   *
   * @param authority certificates to trust instead of the usual ones
   * @param retention how long an index is kept after its month; for ever if empty
   */
  public record SearchIndex(
      URI url,
      String index,
      Optional<Secret> apiKey,
      Optional<Path> authority,
      Optional<Duration> retention) {}

  public Configuration {
    resources = List.copyOf(resources);
    webhooks = List.copyOf(webhooks);
  }

  /** Where the journal is, whether the file says it or not. */
  public Path journalDirectory() {
    return journal.directory().orElseGet(() -> state.directory().resolve("journal"));
  }
}
