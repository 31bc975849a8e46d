package dev.countersign.proxy.git.sha256;

import java.nio.file.Path;
import java.util.List;

/**
 * A pack of objects named by SHA-256, and what was made of it.
 *
 * @param original byte for byte as it came
 * @param sha256 of all of that, in hex
 * @param inner the same objects, named by SHA-1
 * @param names the files that tell which is which
 */
public record TranslatedPack(Path original, String sha256, Path inner, List<Path> names) {

  public TranslatedPack {
    names = List.copyOf(names);
  }
}
