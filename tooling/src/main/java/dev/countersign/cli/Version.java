package dev.countersign.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its jar says. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Countersign.class.getPackage().getImplementationVersion();
    return new String[] {
      "countersign " + (version == null ? "(unpackaged)" : version),
      "Java "
          + Runtime.version()
          + " on "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
