package dev.countersign.decision.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.credential.SessionCredential;
import dev.countersign.rules.fact.Resource;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resources, doors and session credentials in JSON. */
final class ConnectJson {

  static final String MINTING = "{\"resource\": \"…\", \"ttl\": \"PT15M\"}";

  /** What is asked for. */
  record MintingBody(@Nullable String resource, @Nullable String ttl) {

    Optional<Duration> lifetime() throws ApiError {
      try {
        return ttl == null ? Optional.empty() : Optional.of(Duration.parse(ttl));
      } catch (DateTimeException e) {
        throw ApiError.badRequest("ttl is an ISO 8601 duration such as PT15M");
      }
    }
  }

  private ConnectJson() {}

  static ObjectNode signIn(List<ConnectApi.SignInPlace> places) {
    ObjectNode out = ApiJson.object();
    ArrayNode list = out.putArray("issuers");
    for (ConnectApi.SignInPlace place : places) {
      list.addObject().put("issuer", place.issuer()).put("client", place.client());
    }
    return out;
  }

  /** A resource, and the door to it. */
  static ObjectNode reachable(Resource resource, ConnectApi.Doors doors) {
    ObjectNode out = resource(resource);
    out.set("door", door(resource, doors));
    return out;
  }

  static ObjectNode resource(Resource resource) {
    ObjectNode out = ApiJson.object();
    out.put("name", resource.name());
    out.put("kind", resource.kind().name().toLowerCase(Locale.ROOT));
    ObjectNode labels = out.putObject("labels");
    resource.labels().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(label -> labels.put(label.getKey(), label.getValue()));
    return out;
  }

  static ObjectNode credential(SessionCredential credential) {
    ObjectNode out = ApiJson.object();
    out.put("id", credential.id());
    out.put("resource", credential.resource());
    out.put("grant", credential.grant().orElse(null));
    out.put("minted", credential.minted().toString());
    out.put("expires", credential.expires().toString());
    return out;
  }

  static ObjectNode minted(
      SessionCredential credential, String secret, Resource resource, ConnectApi.Doors doors) {
    ObjectNode out = credential(credential);
    out.put("credential", secret);
    out.set("target", resource(resource));
    out.put("user", credential.subject().name());
    ObjectNode door = door(resource, doors);
    door.put("roots", doors.roots().orElse(null));
    out.set("door", door);
    return out;
  }

  private static ObjectNode door(Resource resource, ConnectApi.Doors doors) {
    ObjectNode out = ApiJson.object();
    switch (resource.kind()) {
      case POSTGRES ->
          out.put("host", doors.postgres().host()).put("port", doors.postgres().port());
      case GIT, KUBERNETES -> out.put("url", doors.https().map(Object::toString).orElse(null));
    }
    return out;
  }
}
