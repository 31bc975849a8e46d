package dev.countersign.decision.resource;

/** Reads what operators say of a resource, in the words of the configuration. */
public interface UpstreamReader {

  /**
   * What stands behind a resource.
   *
   * @param spec JSON: what the configuration has under {@code resources}, without the name
   * @throws ResourceRefusedException with every fault
   */
  Upstream read(String name, String spec) throws ResourceRefusedException;
}
