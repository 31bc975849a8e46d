package dev.countersign.cli.gateway;

import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.SigningKey;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Address;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.DataSize;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.PreApprovals;
import dev.countersign.decision.credential.CredentialLimits;
import dev.countersign.decision.credential.SessionCredentials;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.emergency.EmergencyRules;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.ApiConfig;
import dev.countersign.decision.http.ConnectApi;
import dev.countersign.decision.http.ConnectApi.SignInPlace;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.identity.IssuerConfig;
import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.decision.live.SessionFeed;
import dev.countersign.decision.notification.Webhook;
import dev.countersign.decision.notification.Webhooks;
import dev.countersign.decision.quota.Caps;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.DeclaredResources;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.OwnBackends;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.ResourceHealth;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.signin.Registration;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.git.GitDoorConfig;
import dev.countersign.proxy.kubernetes.KubernetesDoorConfig;
import dev.countersign.proxy.postgres.PostgresDoorConfig;
import dev.countersign.rules.fact.Resource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The sections of the configuration in the words of the parts they are for. */
final class Translation {

  private Translation() {}

  static List<IssuerConfig> issuers(Configuration.Identity identity) {
    return identity.issuers().stream().map(Translation::issuer).toList();
  }

  private static IssuerConfig issuer(Configuration.Issuer issuer) {
    Configuration.Claims claims = issuer.claims();
    return new IssuerConfig(
        issuer.issuer().toString(),
        issuer.audience(),
        Set.copyOf(issuer.authorizedParties()),
        issuer.jwks(),
        Set.copyOf(issuer.algorithms()),
        new IssuerConfig.Claims(
            claims.groups(), claims.name(), claims.agent(), claims.agentValue(), claims.owner()),
        issuer.clockSkew(),
        IssuerConfig.KeyCache.DEFAULT,
        issuer.plainHttp());
  }

  static CredentialLimits credentials(Configuration.Credentials credentials) {
    return new CredentialLimits(
        credentials.lifetime(), credentials.maxLifetime(), credentials.perSubject());
  }

  static ConnectApi connect(
      Configuration configuration,
      SessionCredentials credentials,
      Grants grants,
      Resources resources)
      throws IOException {
    Configuration.Doors doors = configuration.doors();
    Optional<Path> roots = doors.roots();
    return new ConnectApi(
        credentials,
        grants,
        resources,
        new ConnectApi.Doors(
            postgresDoor(doors.postgres(), configuration.api().publicUrl()),
            doors.https().map(door -> httpsDoor(door, configuration.api().publicUrl())),
            roots.isPresent() ? Optional.of(Files.readString(roots.get())) : Optional.empty()),
        configuration.identity().issuers().stream()
            .flatMap(
                issuer ->
                    issuer.client().stream()
                        .map(client -> new SignInPlace(issuer.issuer().toString(), client)))
            .toList());
  }

  private static URI httpsDoor(Configuration.HttpsDoor door, URI publicUrl) {
    Address address =
        door.publicAddress()
            .orElseGet(() -> new Address(publicUrl.getHost(), door.listen().port()));
    return URI.create("https://" + address);
  }

  private static ConnectApi.PostgresDoor postgresDoor(
      Configuration.PostgresDoor door, URI publicUrl) {
    return door.publicAddress()
        .map(address -> new ConnectApi.PostgresDoor(address.host(), address.port()))
        .orElseGet(() -> new ConnectApi.PostgresDoor(publicUrl.getHost(), door.listen().port()));
  }

  static Resources resources(Configuration configuration, OwnBackends own) {
    Networks networks = new Networks(configuration.upstreams().networks());
    return new Resources(
        configuration.resources().stream().map(target -> upstream(target, networks, own)).toList());
  }

  static Upstream upstream(Configuration.Target target, Networks networks, OwnBackends own) {
    Resource resource = target.resource();
    Networks elsewhere =
        networks.without(own, target.postgres().map(Configuration.PostgresTarget::database));
    return switch (resource.kind()) {
      case POSTGRES -> postgres(resource, section(target, target.postgres()), elsewhere);
      case GIT -> git(resource, section(target, target.git()), elsewhere);
      case KUBERNETES -> cluster(resource, section(target, target.kubernetes()), elsewhere);
    };
  }

  private static <T> T section(Configuration.Target target, Optional<T> section) {
    return section.orElseThrow(
        () ->
            new CommandFailure(
                ExitCode.USAGE,
                "the resource %s is of kind %s and has no section %s"
                    .formatted(target.name(), target.kind(), target.kind())));
  }

  private static KubernetesUpstream cluster(
      Resource resource, Configuration.KubernetesTarget cluster, Networks networks) {
    int port = cluster.server().getPort();
    return new KubernetesUpstream(
        resource,
        cluster.server().getHost(),
        port < 0 ? 443 : port,
        cluster.authority().map(Authority::new),
        cluster
            .token()
            .<KubernetesUpstream.Credential>map(KubernetesUpstream.Credential.Token::new)
            .orElseGet(
                () ->
                    new KubernetesUpstream.Credential.Certificate(
                        cluster.certificate().orElseThrow(), cluster.key().orElseThrow())),
        cluster.impersonate(),
        networks);
  }

  private static PostgresUpstream postgres(
      Resource resource, Configuration.PostgresTarget postgres, Networks networks) {
    return new PostgresUpstream(
        resource,
        postgres.host(),
        postgres.port(),
        postgres.database(),
        postgres.user(),
        postgres.password(),
        postgres.tls(),
        postgres.authority().map(Authority::new),
        postgres.searchPath(),
        sessions(postgres),
        networks);
  }

  private static PostgresSessions sessions(Configuration.PostgresTarget postgres) {
    Configuration.SessionLimits limits = postgres.limits();
    return new PostgresSessions(
        new PostgresSessions.Limits(
            limits.statement(), limits.lock(), limits.idleInTransaction(), limits.idle()),
        new PostgresSessions.Recording(
            postgres.recording().rows(), postgres.recording().bytes().asInt()),
        postgres.approvals(),
        postgres
            .sessionRole()
            .map(role -> new PostgresSessions.RoleTemplate(role.template(), role.life())));
  }

  private static GitUpstream git(
      Resource resource, Configuration.GitTarget git, Networks networks) {
    Configuration.GitLimits limits = git.limits();
    return new GitUpstream(
        resource,
        git.url(),
        git.authority().map(Authority::new),
        git.token().map(token -> new GitUpstream.Login(git.user(), token)),
        new GitUpstream.Fetching(git.shallow(), git.partial()),
        new GitUpstream.Pushing(
            limits.push().bytes(),
            limits.object().bytes(),
            limits.objects(),
            limits.refs(),
            git.namespaces(),
            git.pushOptions(),
            git.pushWithoutClient(),
            git.signers()),
        networks,
        switch (git.lfs()) {
          case REFUSED -> new GitUpstream.LargeFiles.Refused();
          case JUDGED -> new GitUpstream.LargeFiles.Judged(limits.largeFile().bytes());
        },
        git.recording().packs());
  }

  static GitDoorConfig gitDoor(Configuration configuration) {
    Configuration.GitDoor door = configuration.doors().git();
    return new GitDoorConfig(
        door.directory().orElseGet(() -> configuration.state().directory().resolve("git")),
        door.disk().bytes(),
        door.inspections());
  }

  static KubernetesDoorConfig kubernetesDoor(Configuration configuration) {
    Configuration.KubernetesDoor door = configuration.doors().kubernetes();
    return new KubernetesDoorConfig(
        door.body().asInt(),
        door.recorded().asInt(),
        door.terminal().bytes(),
        door.requests(),
        door.patience(),
        door.streams(),
        door.idleSession());
  }

  /**
   * The journal with the keys it needs; a signing key is made at the first start.
   *
   * @throws IllegalArgumentException if the owner's key is not usable
   */
  static JournalConfig journal(Configuration configuration) throws IOException {
    Configuration.JournalSettings settings = configuration.journal();
    JournalConfig.Sync sync =
        switch (settings.sync()) {
          case WRITES -> JournalConfig.Sync.READS_WRITTEN;
          case ALWAYS -> JournalConfig.Sync.ALWAYS;
        };
    JournalConfig journal =
        JournalConfig.at(configuration.journalDirectory())
            .withSync(sync)
            .withSegmentSize(settings.segmentSize().bytes())
            .withSegmentAge(settings.segmentAge())
            .signed(
                SigningKey.in(
                    SigningKeys.file(configuration), SigningKeys.algorithm(configuration)));
    Path state = configuration.state().directory();
    return settings
        .ownerKey()
        .map(
            file ->
                journal.encrypted(
                    new JournalConfig.Encryption(
                        OwnerKey.read(file),
                        state.resolve(StateKeys.JOURNAL),
                        settings.localReadable(),
                        configuration.elasticsearch().isPresent())))
        .orElse(journal);
  }

  static PostgresDoorConfig postgresDoor(Configuration.PostgresDoor door) {
    Configuration.Limits limits = door.limits();
    return new PostgresDoorConfig(
        door.listen().socket(),
        door.certificate(),
        door.key(),
        limits.connections(),
        limits.statement().asInt(),
        limits.message().asInt(),
        limits.names(),
        limits.handshake(),
        door.approvalNotice());
  }

  static ResourcesApi resources(
      Configuration configuration, Resources resources, DeclaredResources declared) {
    return new ResourcesApi(
        resources,
        declared,
        new ResourceHealth(ResourceTest::ask, InstantSource.system()),
        configuration.api().operators(),
        Set.of(configuration.policy().officers(), configuration.policy().auditors()));
  }

  static AccessApi access(
      Configuration configuration,
      Grants grants,
      LiveSessions sessions,
      LiveEvents events,
      SessionFeed feed,
      Webhooks webhooks,
      PreApprovals preApprovals,
      Emergencies emergencies,
      Resources resources) {
    return new AccessApi(
        grants,
        sessions,
        events,
        feed,
        webhooks,
        preApprovals,
        emergencies,
        resources,
        Set.of(configuration.api().operators(), configuration.policy().officers()),
        Set.of(configuration.policy().auditors()));
  }

  /** Who may declare an emergency. */
  static Optional<EmergencyRules> breakGlass(Configuration configuration) {
    return configuration
        .breakGlass()
        .map(
            declared ->
                new EmergencyRules(
                    declared.openers(),
                    declared.reviewers().orElse(configuration.policy().officers()),
                    Set.copyOf(declared.subjects()),
                    declared.agents(),
                    declared.longest().compareTo(EmergencyRules.LONGEST) < 0
                        ? declared.longest()
                        : EmergencyRules.LONGEST,
                    declared.reviewWithin()));
  }

  /** The most that one subject may do and take at this gateway. */
  static Caps caps(Configuration.SubjectLimits limits) {
    return new Caps(
        number(limits.commandsPerSecond().map(Integer::longValue)),
        number(limits.rows().map(Integer::longValue)),
        number(limits.bytes().map(DataSize::bytes)),
        limits.window());
  }

  private static OptionalLong number(Optional<Long> value) {
    return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  static HttpsConfig httpsDoor(Configuration.HttpsDoor door) {
    Configuration.HttpsLimits limits = door.limits();
    return new HttpsConfig(
        door.listen().socket(),
        door.certificate(),
        door.key(),
        new HttpsConfig.Limits(
            limits.connections(),
            limits.streams(),
            limits.head().asInt(),
            limits.headTime(),
            limits.idle(),
            limits.stall()));
  }

  static ApiConfig api(Configuration.Api api, Configuration.Identity identity) {
    return new ApiConfig(
        api.listen().socket(),
        api.publicUrl(),
        api.tls().map(tls -> new ApiConfig.Tls(tls.certificate(), tls.key())),
        api.enforcementPoints(),
        stepUp(identity),
        new ApiConfig.CallLimits(
            api.limits().reads(), api.limits().changes(), api.limits().questions()));
  }

  /** Where people sign in at their browsers. */
  static List<Registration> registrations(Configuration.Identity identity) {
    return identity.issuers().stream()
        .flatMap(
            issuer ->
                issuer.client().stream().map(client -> new Registration(issuer(issuer), client)))
        .toList();
  }

  static StepUp stepUp(Configuration.Identity identity) {
    return identity
        .stepUp()
        .map(stepUp -> new StepUp(Set.copyOf(stepUp.levels()), stepUp.maxAge()))
        .orElse(StepUp.NONE);
  }

  static ApprovalLimits approvals(Configuration configuration) {
    return configuration
        .escalation()
        .map(second -> ApprovalLimits.DEFAULT.escalating(second.group(), second.after()))
        .orElse(ApprovalLimits.DEFAULT);
  }

  static List<Webhook> webhooks(Configuration configuration) {
    return configuration.webhooks().stream().map(Translation::webhook).toList();
  }

  /** Those that want to know of more than approvals. */
  static List<Webhook> alerted(Configuration configuration) {
    return configuration.webhooks().stream()
        .filter(Configuration.WebhookTarget::alerts)
        .map(Translation::webhook)
        .toList();
  }

  private static Webhook webhook(Configuration.WebhookTarget target) {
    return new Webhook(
        target.name(), target.url(), target.format(), target.secret(), target.showCommand());
  }
}
