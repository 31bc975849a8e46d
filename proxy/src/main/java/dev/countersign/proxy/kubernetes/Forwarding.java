package dev.countersign.proxy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.request.BodyReader;
import dev.countersign.proxy.kubernetes.request.Query;
import dev.countersign.proxy.kubernetes.request.UnclearRequestException;
import dev.countersign.proxy.kubernetes.wire.ApiServer;
import dev.countersign.proxy.kubernetes.wire.UpstreamRequest;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sends what was judged to the API server, and nothing else of what the client sent. */
record Forwarding(KubernetesUpstream cluster, ApiServer server, Subject subject) {

  private static final String AUDIT_ID = "Audit-ID";
  private static final String JSON = "application/json";
  private static final List<String> SELECTING = List.of("labelSelector", "fieldSelector");

  /**
   * An API server breaks off by itself what takes a minute ({@code --request-timeout}). One that
   * hangs would keep the turns of all that ask it.
   */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** More than this nobody reads before they answer. */
  private static final String MOST_SHOWN = "500";

  /**
   * The request itself.
   *
   * @param decision its name, under which the API server's own log has it
   */
  UpstreamResponse send(Asked asked, HttpFields accept, String decision) throws IOException {
    return send(asked, accept, identity().with(AUDIT_ID, decision));
  }

  private UpstreamResponse send(Asked asked, HttpFields accept, HttpFields identity)
      throws IOException {
    HttpFields fields = identity.with("Accept", accept(asked, accept));
    if (asked.body().isPresent()) {
      fields = fields.with("Content-Type", asked.format().orElseThrow().contentType());
    }
    return server.send(
        new UpstreamRequest(
            asked.method(),
            asked.target(),
            fields,
            asked.bytes(),
            asked.isEndless() ? Duration.ZERO : PATIENCE));
  }

  /** The request as the API server would carry it out, without anything being stored. */
  UpstreamResponse dryRun(Asked asked) throws IOException {
    return send(asked.asDryRun(), HttpFields.of("Accept", JSON), identity());
  }

  /** The object as it is, of a request that names one. */
  UpstreamResponse live(Asked asked) throws IOException {
    return look(asked.shown().toString());
  }

  /** The objects as they are that a deletion of many selects, up to a bound. */
  UpstreamResponse many(Asked asked) throws IOException {
    Query selecting = Query.NONE;
    for (String name : SELECTING) {
      Optional<String> value = asked.query().first(name);
      if (value.isPresent()) {
        selecting = selecting.with(name, value.get());
      }
    }
    return look(asked.path() + selecting.with("limit", MOST_SHOWN).toString());
  }

  private UpstreamResponse look(String target) throws IOException {
    return server.send(
        new UpstreamRequest("GET", target, identity().with("Accept", JSON), new byte[0], PATIENCE));
  }

  /** An upgrade. */
  UpstreamResponse connect(Asked asked, Upgrading upgrade, String decision) throws IOException {
    HttpFields fields = identity().with(AUDIT_ID, decision);
    for (HttpFields.Field field : upgrade.fields().all()) {
      fields = fields.with(field.name(), field.value());
    }
    return server.send(
        new UpstreamRequest(
            upgrade.method(asked.method()), asked.target(), fields, new byte[0], Duration.ZERO));
  }

  private HttpFields identity() {
    return Clusters.identity(cluster, subject)
        .with("Accept-Encoding", "identity")
        .with("User-Agent", "countersign");
  }

  /**
   * What the client takes, as far as it is JSON; kubectl falls back to it from anything else. What
   * describes the API has no values in it and goes in any form.
   */
  private static String accept(Asked asked, HttpFields sent) {
    if (!asked.info().isResource()) {
      return String.join(", ", sent.values("accept"));
    }
    if (asked.isText()) {
      return "*/*";
    }
    String json =
        String.join(
            ", ",
            sent.elements("accept").stream()
                .filter(element -> element.toLowerCase(Locale.ROOT).startsWith(JSON))
                .toList());
    return json.isEmpty() ? JSON : json;
  }

  /** A small answer, read whole. */
  static byte[] body(UpstreamResponse answer, int longest) throws IOException {
    byte[] body = answer.body().readNBytes(longest + 1);
    if (body.length > longest) {
      throw new IOException("the API server answers at too great a length");
    }
    return body;
  }

  /** Of an answer that is an object. */
  static JsonNode object(UpstreamResponse answer) throws IOException {
    try {
      return BodyReader.read(BodyReader.Format.JSON, body(answer, 16 << 20));
    } catch (UnclearRequestException e) {
      throw new IOException("the API server answers with no object", e);
    }
  }
}
