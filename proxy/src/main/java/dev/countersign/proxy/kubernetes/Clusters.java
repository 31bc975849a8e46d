package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.certificate.Renewed;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.wire.ApiServer;
import dev.countersign.proxy.kubernetes.wire.ServerAddress;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The API servers behind the door, and the credential that each of them gets from the gateway. */
final class Clusters implements AutoCloseable {

  private static final char[] NO_PASSWORD = {};

  private final Map<KubernetesUpstream, Renewed<ApiServer>> servers = new ConcurrentHashMap<>();

  /**
   * The server of a cluster.
   *
   * @throws IOException if its authority or the client certificate cannot be read
   */
  ApiServer server(KubernetesUpstream upstream) throws IOException {
    return servers.computeIfAbsent(upstream, Clusters::servers).current();
  }

  private static Renewed<ApiServer> servers(KubernetesUpstream upstream) {
    return new Renewed<>(
        files(upstream),
        () ->
            new ApiServer(
                new ServerAddress(
                    upstream.host(), upstream.port(), tls(upstream), upstream.networks()::require)),
        ApiServer::close);
  }

  private static List<Path> files(KubernetesUpstream upstream) {
    List<Path> files = new ArrayList<>();
    upstream.authority().ifPresent(authority -> files.add(authority.file()));
    switch (upstream.credential()) {
      case KubernetesUpstream.Credential.Token _ -> {}
      case KubernetesUpstream.Credential.Certificate(Path chain, Path key) -> {
        files.add(chain);
        files.add(key);
      }
    }
    return files;
  }

  /** The fields that say who asks: the gateway, and for whom. */
  static HttpFields identity(KubernetesUpstream upstream, Subject subject) {
    HttpFields fields = credential(upstream);
    if (!upstream.impersonates()) {
      return fields;
    }
    fields = fields.with("Impersonate-User", subject.id());
    for (String group : subject.groups().stream().sorted().toList()) {
      fields = fields.with("Impersonate-Group", group);
    }
    return fields;
  }

  /** The field that says that it is the gateway who asks, if its certificate does not say so. */
  static HttpFields credential(KubernetesUpstream upstream) {
    return switch (upstream.credential()) {
      case KubernetesUpstream.Credential.Token(var token) ->
          HttpFields.of("Authorization", "Bearer " + token.reveal());
      case KubernetesUpstream.Credential.Certificate _ -> HttpFields.NONE;
    };
  }

  private static SSLContext tls(KubernetesUpstream upstream) throws IOException {
    try {
      TrustManager @Nullable [] trust =
          upstream.authority().isEmpty()
              ? null
              : upstream.authority().get().trust().getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(upstream.credential()), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the certificates of " + upstream.resource().name() + " are no good", e);
    }
  }

  private static KeyManager @Nullable [] keys(KubernetesUpstream.Credential credential)
      throws GeneralSecurityException, IOException {
    return switch (credential) {
      case KubernetesUpstream.Credential.Token _ -> null;
      case KubernetesUpstream.Credential.Certificate(Path chain, Path key) -> {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "gateway",
            privateKey(key),
            NO_PASSWORD,
            certificates(chain).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        yield factory.getKeyManagers();
      }
    };
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    try (var in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey privateKey(Path file) throws GeneralSecurityException, IOException {
    String pem = Files.readString(file);
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new InvalidKeySpecException(
          file + " is not PKCS #8; openssl pkcs8 -topk8 -nocrypt makes it so");
    }
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----(?:BEGIN|END) PRIVATE KEY-----", "").strip());
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // It may be of another algorithm.
      }
    }
    throw new InvalidKeySpecException(file + " has a key of an unknown algorithm");
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.last().ifPresent(ApiServer::close));
  }
}
