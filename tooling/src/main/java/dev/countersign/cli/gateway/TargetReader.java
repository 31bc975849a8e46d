package dev.countersign.cli.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.configuration.ConfigurationException;
import dev.countersign.cli.configuration.ConfigurationFile;
import dev.countersign.cli.configuration.Fault;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.OwnBackends;
import dev.countersign.decision.resource.ResourceRefusedException;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.decision.resource.UpstreamReader;
import java.util.List;
import java.util.Optional;

/**
 * Reads resources that are declared over the API. They are held against the same schema as those of
 * the configuration, and may have their secrets from fewer places.
 */
final class TargetReader implements UpstreamReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Networks networks;
  private final OwnBackends own;
  private final AllowedSecrets secrets;

  TargetReader(Configuration.Upstreams upstreams, OwnBackends own) {
    this.networks = new Networks(upstreams.networks());
    this.own = own;
    this.secrets = new AllowedSecrets(upstreams.secrets());
  }

  @Override
  public Upstream read(String name, String spec) throws ResourceRefusedException {
    Configuration.Target target = target(name, spec);
    List<String> faults = secrets.faults(target);
    if (!faults.isEmpty()) {
      throw new ResourceRefusedException(faults);
    }
    try {
      Upstream upstream = Translation.upstream(target, networks, own);
      Optional<String> objection = own.objection(upstream);
      if (objection.isPresent()) {
        throw new ResourceRefusedException(
            List.of(upstream.address() + " is no resource: " + objection.get()));
      }
      return upstream;
    } catch (IllegalArgumentException e) {
      throw new ResourceRefusedException(List.of(String.valueOf(e.getMessage())));
    }
  }

  private static Configuration.Target target(String name, String spec)
      throws ResourceRefusedException {
    try {
      JsonNode json = JSON.readTree(spec);
      if (!(json instanceof ObjectNode object)) {
        throw new ResourceRefusedException(List.of("a resource is an object"));
      }
      return ConfigurationFile.target(object.deepCopy().put("name", name).toString());
    } catch (JsonProcessingException e) {
      throw new ResourceRefusedException(List.of("a resource is JSON"));
    } catch (ConfigurationException e) {
      throw new ResourceRefusedException(e.faults().stream().map(Fault::message).toList());
    }
  }
}
