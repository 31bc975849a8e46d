package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.exposure.Exposures;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.identity.TokenVerifier;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.session.Admission;
import dev.countersign.proxy.frontdoor.RetriedApprovals;
import dev.countersign.proxy.frontdoor.TlsPort;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.Catalogs;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.proxy.postgres.wire.BackendKeyData;
import dev.countersign.proxy.postgres.wire.ScramKeys;
import dev.countersign.proxy.postgres.wire.StartupDecoder;
import dev.countersign.proxy.postgres.wire.StartupPacket;
import dev.countersign.rules.policy.Policy;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens for PostgreSQL clients. The one way to the PostgreSQL resources. */
public final class PostgresFrontDoor implements AutoCloseable {

  /** For how long a door that closes waits until what it has cancelled at upstreams is. */
  private static final long LAST_ERRANDS_MILLIS = 5_000;

  private final PostgresDoorConfig config;
  private final TokenVerifier tokens;
  private final Resources resources;
  private final DoorServices services;
  private final AddressLimits strangers;
  private final TlsPort port;
  private final CancelKeys cancelKeys = new CancelKeys();
  private final ScramKeys scramKeys = new ScramKeys();
  private final SessionRoles roles;

  /** A permit for each session; it comes back when nothing of the session is left to be done. */
  private final Semaphore permits;

  /**
   * @throws IOException if the certificate or its key cannot be used
   */
  public PostgresFrontDoor(
      PostgresDoorConfig config,
      Policy policy,
      TokenVerifier tokens,
      Resources resources,
      Approvals approvals,
      Admission admission,
      Journal journal,
      Catalogs catalogs,
      SqlClassifier classifier,
      ValueMasker masker,
      Exposures exposures,
      AddressLimits strangers)
      throws IOException {
    this.strangers = requireNonNull(strangers, "strangers");
    this.config = requireNonNull(config, "config");
    permits = new Semaphore(config.maxSessions());
    this.tokens = requireNonNull(tokens, "tokens");
    this.resources = requireNonNull(resources, "resources");
    roles = new SessionRoles(resources);
    services =
        new DoorServices(
            policy,
            approvals,
            admission,
            journal,
            catalogs,
            classifier,
            masker,
            exposures,
            new RetriedApprovals(approvals),
            config);
    port = new TlsPort(config.listen(), config.certificate(), config.key(), "postgresql");
  }

  /**
   * Begins to listen.
   *
   * @return the address, with its real port
   * @throws IOException if the address cannot be bound
   */
  public InetSocketAddress start() throws IOException {
    InetSocketAddress address = port.open(this::accept);
    roles.start();
    return address;
  }

  private void accept(Channel channel) {
    if (!permits.tryAcquire()) {
      var _ = channel.close();
      return;
    }
    channel
        .pipeline()
        .addLast(ClientLogin.STARTUP, new StartupDecoder())
        .addLast(ClientLogin.LOGIN, new ClientLogin(this));
  }

  PostgresDoorConfig config() {
    return config;
  }

  AddressLimits strangers() {
    return strangers;
  }

  TokenVerifier tokens() {
    return tokens;
  }

  Resources resources() {
    return resources;
  }

  DoorServices services() {
    return services;
  }

  SslContext tls() {
    return port.tls();
  }

  CancelKeys cancelKeys() {
    return cancelKeys;
  }

  SessionRoles roles() {
    return roles;
  }

  UpstreamConnector connector(PostgresUpstream upstream, EventLoop loop) {
    return new UpstreamConnector(
        upstream,
        loop,
        port.transport(),
        scramKeys,
        task -> Thread.ofVirtual().start(task),
        // Before the client is given up on, so that it hears why.
        config.handshakeTimeout().dividedBy(2));
  }

  /**
   * Ends a wait for an approval, or passes the cancel request on to the upstream.
   *
   * @return done when there is nothing more to do for it
   */
  CompletableFuture<Void> cancel(
      Conversation conversation, SessionScope scope, @Nullable BackendKeyData key) {
    return conversation.onCancel() || key == null
        ? CompletableFuture.completedFuture(null)
        : connector(scope.upstream(), port.loop())
            .cancel(new StartupPacket.CancelRequest(key.pid(), key.key()));
  }

  void sessionEnded() {
    permits.release();
  }

  /** Stops listening and ends all sessions, and what they have running at upstreams. */
  @Override
  public void close() {
    port.dismiss();
    try {
      if (permits.tryAcquire(config.maxSessions(), LAST_ERRANDS_MILLIS, TimeUnit.MILLISECONDS)) {
        permits.release(config.maxSessions());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    port.close();
    roles.close();
  }
}
