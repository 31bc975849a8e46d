package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.evidence.Monitoring;
import dev.countersign.audit.exposure.Exposures;
import dev.countersign.audit.exposure.HourlyKeys;
import dev.countersign.audit.index.Indexer;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.PreApprovals;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.authzen.AccessEvaluations;
import dev.countersign.decision.console.Console;
import dev.countersign.decision.console.PolicyParts;
import dev.countersign.decision.credential.CredentialVerifier;
import dev.countersign.decision.credential.SessionCredentials;
import dev.countersign.decision.emergency.Emergencies;
import dev.countersign.decision.grant.Grants;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.ApiServer;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.identity.OidcTokenVerifier;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.live.LiveEvents;
import dev.countersign.decision.live.SessionFeed;
import dev.countersign.decision.notification.Alert;
import dev.countersign.decision.notification.Alerts;
import dev.countersign.decision.notification.WebhookLimits;
import dev.countersign.decision.notification.Webhooks;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.quota.Meters;
import dev.countersign.decision.resource.DeclaredResources;
import dev.countersign.decision.resource.OwnBackends;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.GrantedAdmission;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.proxy.frontdoor.ReleaseGate;
import dev.countersign.proxy.git.GitDoor;
import dev.countersign.proxy.kubernetes.KubernetesDoor;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.PostgresFrontDoor;
import dev.countersign.proxy.postgres.catalog.Catalogs;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.policy.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every part of the gateway in one process, wired by hand and started in the order in which they
 * need each other. The door opens last and closes first.
 */
public final class Gateway {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** How often the automatic tests of controls look at what is new in the journal. */
  private static final Duration MONITORING = Duration.ofMinutes(1);

  private Gateway() {}

  /**
   * Starts everything. Closing the parts stops accepting, ends sessions, flushes and syncs the
   * journal.
   *
   * @param parts where all that is started is added; to be closed by the caller, after a failure
   *     too
   * @throws CommandFailure with what is missing, in words for an operator
   */
  public static void start(Configuration configuration, Parts parts) {
    try {
      open(configuration, parts);
    } catch (CommandFailure e) {
      throw e;
    } catch (Exception e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the gateway does not start: " + StartFailure.inWords(e), e);
    }
  }

  /** Where there is a search server, it remembers: what other gateways record, too. */
  private static Optional<RecentRecord> recent(
      Configuration configuration, SegmentedJournal journal, StoredJournal recorded) {
    if (configuration.elasticsearch().isPresent()) {
      return Optional.empty();
    }
    RecentRecord recent =
        new RecentRecord(journal, recorded.skippingSealed(), InstantSource.system());
    recent.recall(journal.appended());
    return Optional.of(recent);
  }

  private static void open(Configuration configuration, Parts parts) throws Exception {
    parts.add("gateway", () -> log.atInfo().log("gateway has stopped"));
    Path state = PrivateFiles.directory(configuration.state().directory());
    PrivateFiles.directory(configuration.journalDirectory());
    StateKeys.tellOfLost(configuration);
    JournalConfig journalConfig = Translation.journal(configuration);
    SegmentedJournal journal = parts.add("journal", SegmentedJournal.open(journalConfig));
    Anchoring anchors = Anchoring.start(configuration, journal, parts);
    Keeping.start(configuration, journalConfig, journal, parts);
    if (configuration.journal().ownerKey().isEmpty()) {
      log.atWarn()
          .addKeyValue("journal", configuration.journalDirectory())
          .log(
              "RECORDINGS ARE NOT ENCRYPTED: whoever reads this disk reads every recorded"
                  + " statement; make a key with countersign audit keygen and name its public half"
                  + " as journal.ownerKey");
    }
    StateStore store = parts.add("state", StateStore.open(configuration.state()));
    SqlClassifier classifier = parts.add("classifier", new SqlClassifier());
    PolicySource source =
        PolicySource.open(configuration.policy(), store.database(), classifier, journal, parts);
    Policy policy = source.policy();
    StoredJournal recorded =
        StoredJournal.local(configuration.journalDirectory()).with(journal.keys());
    Optional<RecentRecord> recent = recent(configuration, journal, recorded);
    Journal kept = recent.<Journal>map(record -> record).orElse(journal);
    Journal observed = PackSource.open(configuration, policy, kept, parts);
    Optional<Indexer> indexer = SearchIndexing.start(configuration, recorded, parts);
    indexer.ifPresent(running -> journal.keepReadableAfter(running::indexed));
    Alerts alerts =
        parts.add("alerts", new Alerts(Translation.alerted(configuration), WebhookLimits.DEFAULT));
    Emergencies emergencies =
        new Emergencies(
            store.database(),
            Translation.breakGlass(configuration),
            journal,
            step -> alerts.tell(alert(step)));
    parts.add(
        "monitoring",
        Monitoring.start(
            recorded,
            journal,
            MONITORING,
            GatewayChecks.of(
                anchors,
                policy,
                configuration.journalDirectory(),
                emergencies::overdue,
                Clock.systemUTC()),
            assessed -> alerts.tell(alert(assessed))));

    SessionCredentials credentials =
        new SessionCredentials(
            store.database(),
            journal,
            Translation.credentials(configuration.identity().credentials()));
    TokenVerifier verifier =
        new CredentialVerifier(
            new OidcTokenVerifier(Translation.issuers(configuration.identity())), credentials);
    OwnBackends own = OwnPlaces.of(configuration, store.server());
    Resources resources = Translation.resources(configuration, own);
    DeclaredResources declared =
        parts.add(
            "resources",
            DeclaredResources.open(
                store.database(),
                journal,
                resources,
                new TargetReader(configuration.upstreams(), own)));
    StoredApprovals approvals =
        parts.add(
            "approvals",
            StoredApprovals.open(
                store.database(),
                configuration.api().publicUrl(),
                Translation.approvals(configuration),
                kept,
                AnswerSigner.in(state.resolve(StateKeys.ANSWERS))));
    Webhooks webhooks =
        parts.add(
            "webhooks",
            Webhooks.open(
                store.database(),
                approvals,
                Translation.webhooks(configuration),
                WebhookLimits.DEFAULT,
                journal));
    Grants grants = new Grants(store.database(), policy, approvals, journal);
    PreApprovals preApprovals = new PreApprovals(store.database(), approvals, policy, journal);
    LiveSessions sessions =
        parts.add(
            "sessions",
            LiveSessions.open(
                store.database(),
                kept,
                configuration.limits().sessionsPerSubject(),
                () -> {
                  grants.expire();
                  preApprovals.expire();
                  emergencies.expire();
                  credentials.endWithGrants();
                }));
    SessionFeed feed = parts.add("feed", SessionFeed.open(store.database(), journal));
    Journal told = feed.telling(observed);
    LiveEvents events = parts.add("events", LiveEvents.open(store.database()));
    AccessApi access =
        Translation.access(
            configuration,
            grants,
            sessions,
            events,
            feed,
            webhooks,
            preApprovals,
            emergencies,
            resources);
    AddressLimits strangers = new AddressLimits(configuration.api().limits().withoutToken());
    ResourcesApi upstreams = Translation.resources(configuration, resources, declared);
    Console console =
        parts.add(
            "console",
            ConsoleWiring.console(
                configuration,
                store.database(),
                verifier,
                approvals,
                access,
                upstreams,
                new PolicyParts(policy, source.api(), new ExampleParser(classifier)),
                strangers,
                journal,
                recorded,
                indexer,
                recent,
                parts));
    ApiServer api =
        new ApiServer(
            Translation.api(configuration.api(), configuration.identity()),
            verifier,
            approvals,
            source.api(),
            Translation.connect(configuration, credentials, grants, resources),
            upstreams,
            access,
            new AccessEvaluations(
                policy,
                new ExampleParser(classifier),
                () -> resources.all().stream().map(Upstream::resource).toList()),
            strangers,
            store.database(),
            journal,
            Optional.of(console));
    api.start();
    parts.add("api", api);

    Admission admission =
        new GrantedAdmission(
            grants, sessions, new Meters(Translation.caps(configuration.limits())));
    PostgresFrontDoor door =
        new PostgresFrontDoor(
            Translation.postgresDoor(configuration.doors().postgres()),
            policy,
            verifier,
            resources,
            approvals,
            admission,
            told,
            parts.add("catalogs", new Catalogs()),
            classifier,
            new ValueMasker(maskingKey(state)),
            exposures(configuration, journal, parts),
            strangers);
    door.start();
    parts.add("door", door);
    GitDoor git =
        parts.add(
            "git",
            new GitDoor(
                Translation.gitDoor(configuration),
                verifier,
                resources,
                admission,
                new ReleaseGate(
                    policy, approvals, told, configuration.doors().git().approvalNotice()),
                strangers,
                packRecorder(configuration)));
    KubernetesDoor clusters =
        parts.add(
            "clusters",
            new KubernetesDoor(
                Translation.kubernetesDoor(configuration),
                verifier,
                resources,
                admission,
                new ReleaseGate(policy, approvals, told, KubernetesDoor.NOTICE),
                strangers));
    HttpsDoors.open(
        configuration,
        Map.of(
            "git",
            git,
            KubernetesDoor.SEGMENT,
            clusters,
            KubernetesDoor.RETRYING_SEGMENT,
            clusters.retrying()),
        parts);
    parts.add("gateway", () -> log.atInfo().log("gateway is stopping"));
    log.atInfo()
        .addKeyValue("door", configuration.doors().postgres().listen())
        .addKeyValue("api", configuration.api().listen())
        .addKeyValue("policy", policy.current().id())
        .log("gateway is ready");
  }

  private static Alert alert(Event.EmergencyChanged step) {
    String what =
        "emergency " + step.emergency() + ": " + step.step().name().toLowerCase(Locale.ROOT);
    log.atWarn()
        .addKeyValue("emergency", step.emergency())
        .addKeyValue("step", step.step())
        .log("break-glass");
    return new Alert(
        EventType.of(step).stableName(),
        step.emergency(),
        what,
        step.step() == Event.EmergencyChanged.Step.REVIEWED,
        VisibleText.line(
            "on %s until %s%s: %s"
                .formatted(
                    String.join(", ", step.resources()),
                    step.until(),
                    step.by().map(by -> ", by " + by.name()).orElse(""),
                    step.comment())),
        Instant.now());
  }

  private static Alert alert(Event.ControlAssessed assessed) {
    return new Alert(
        EventType.of(assessed).stableName(),
        assessed.control(),
        assessed.control() + (assessed.satisfied() ? " is satisfied again" : " is not satisfied"),
        assessed.satisfied(),
        VisibleText.line(assessed.finding()),
        Instant.now());
  }

  /** Digests what masked columns show, where there is an owner to ask for it later. */
  private static Exposures exposures(
      Configuration configuration, SegmentedJournal journal, Parts parts) {
    return configuration
        .journal()
        .ownerKey()
        .<Exposures>map(
            file -> parts.add("exposures", HourlyKeys.start(OwnerKey.read(file), journal)))
        .orElse(Exposures.NONE);
  }

  /** Keeps packs of pushes, where there is an owner to seal them to. */
  private static Optional<PackRecorder> packRecorder(Configuration configuration)
      throws IOException {
    Optional<Path> owner = configuration.journal().ownerKey();
    return owner.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PackRecorder(
                RecordedPacks.beside(configuration.journalDirectory()),
                OwnerKey.read(owner.get()),
                configuration.journal().packs().bytes(),
                InstantSource.system()));
  }

  /** Keeps hashed values equal over restarts. */
  private static byte[] maskingKey(Path state) throws IOException {
    return PrivateFiles.secret(state.resolve(StateKeys.MASKING))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
