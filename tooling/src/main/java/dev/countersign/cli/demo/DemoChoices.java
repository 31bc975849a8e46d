package dev.countersign.cli.demo;

import dev.countersign.cli.configuration.Configuration;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a demo consists of besides what it always does.
 *
 * @param search whether Elasticsearch is part of it
 * @param policy what decides on the policy: the workbook in its folder, or the officers' versions
 * @param packs a folder of rule packs
 */
record DemoChoices(boolean search, Configuration.Source policy, Optional<Path> packs) {

  /** No search, the workbook, no packs. */
  static final DemoChoices LEAST =
      new DemoChoices(false, Configuration.Source.FILE, Optional.empty());
}
