package dev.countersign.cli.configuration;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A configuration file cannot be used. The message names every fault, one a line. */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<Fault> faults;

  ConfigurationException(String file, List<Fault> faults) {
    super(faults.stream().map(fault -> fault.in(file)).collect(joining("\n")));
    this.faults = List.copyOf(faults);
  }

  public List<Fault> faults() {
    return faults;
  }
}
