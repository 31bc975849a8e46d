package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A git repository behind the gateway.
 *
 * @param resource what rules and subjects know of it
 * @param url its address; the paths of the protocol are put behind it
 * @param authority who signs its certificate; empty for those whom the JVM trusts
 * @param login what the gateway shows there; empty for a repository that everybody may push to
 * @param fetching what clients may leave out of a clone
 * @param pushing what clients may push, whoever they are
 * @param networks where it may be, whatever its name resolves to
 * @param largeFiles whether Git LFS is served
 * @param recordsPacks whether the pack of each push that is let through is kept beside the journal;
 *     then none goes through that cannot be
 */
public record GitUpstream(
    Resource resource,
    URI url,
    Optional<Authority> authority,
    Optional<Login> login,
    Fetching fetching,
    Pushing pushing,
    Networks networks,
    LargeFiles largeFiles,
    boolean recordsPacks)
    implements Upstream {

  /** A user name, and a token as its password. */
  public record Login(String user, Secret token) {
    public Login {
      requireNonNull(user, "user");
      requireNonNull(token, "token");
    }
  }

  /**
   * What clients may leave out of a clone.
   *
   * @param shallow history
   * @param partial files; they are fetched one by one then
   */
  public record Fetching(boolean shallow, boolean partial) {
    public static final Fetching DEFAULT = new Fetching(true, false);
  }

  /**
   * What clients may push, whoever they are.
   *
   * @param bytes of a pack
   * @param objectBytes of one object, unpacked
   * @param objects in a pack
   * @param refs changed at once
   * @param namespaces beginnings of the names of refs that can be changed at all
   * @param options globs of the push options that may be sent with it: what a host does by them, no
   *     rule sees
   * @param withoutClient whether a push whose client has left stays open to approval, and then goes
   *     through
   * @param signers the file of those who may sign commits; empty where no signature is believed
   */
  public record Pushing(
      long bytes,
      long objectBytes,
      int objects,
      int refs,
      List<String> namespaces,
      List<String> options,
      boolean withoutClient,
      Optional<Path> signers) {

    public static final Pushing DEFAULT =
        new Pushing(
            1L << 30,
            100L << 20,
            1_000_000,
            1_000,
            List.of("refs/heads/", "refs/tags/"),
            List.of(),
            false,
            Optional.empty());

    public Pushing {
      namespaces = List.copyOf(namespaces);
      options = List.copyOf(options);
      requireNonNull(signers, "signers");
      if (bytes < 1 || objectBytes < 1 || objects < 1 || refs < 1) {
        throw new IllegalArgumentException("a limit is below 1");
      }
    }
  }

  /** Whether Git LFS is served. */
  public sealed interface LargeFiles {

    /** It is not: nothing goes past the inspection of pushes. */
    record Refused() implements LargeFiles {}

    /**
     * Its requests are judged as pushes and fetches are.
     *
     * @param bytes of one file
     */
    record Judged(long bytes) implements LargeFiles {
      public Judged {
        if (bytes < 1) {
          throw new IllegalArgumentException("a limit is below 1");
        }
      }
    }
  }

  public GitUpstream {
    requireNonNull(resource, "resource");
    requireNonNull(url, "url");
    requireNonNull(authority, "authority");
    requireNonNull(login, "login");
    requireNonNull(fetching, "fetching");
    requireNonNull(pushing, "pushing");
    requireNonNull(networks, "networks");
    requireNonNull(largeFiles, "largeFiles");
    String scheme = String.valueOf(url.getScheme());
    if ((!scheme.equals("https") && !scheme.equals("http"))
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getRawUserInfo() != null
        || url.getHost() == null) {
      throw new IllegalArgumentException(
          "a git repository is an http(s) address without user, query and fragment: " + url);
    }
  }

  /** One that this process itself has started, on this machine or elsewhere, without Git LFS. */
  public GitUpstream(
      Resource resource, URI url, Optional<Login> login, Fetching fetching, Pushing pushing) {
    this(
        resource,
        url,
        Optional.empty(),
        login,
        fetching,
        pushing,
        Networks.ANYWHERE,
        new LargeFiles.Refused(),
        false);
  }

  @Override
  public String host() {
    return String.valueOf(url.getHost());
  }

  @Override
  public int port() {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
  }

  @Override
  public String address() {
    return url.toString();
  }
}
