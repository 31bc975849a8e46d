package dev.countersign.proxy.postgres.random;

import java.util.ArrayList;
import java.util.List;

/** Makes what fails shorter, as long as it fails. */
public final class Shrinking {

  /** Where a text is cut. */
  private static final String SEAMS = "(?<=[ (),])|(?=[ (),])";

  /** Tells whether texts still fail. */
  @FunctionalInterface
  public interface Failing {
    boolean test(List<String> texts) throws Exception;
  }

  private Shrinking() {}

  /** The texts without what is not needed for them to fail; as they are if they do not. */
  public static List<String> shrink(List<String> texts, Failing failing) throws Exception {
    List<String> least = new ArrayList<>(texts);
    for (int i = 0; i < least.size(); i++) {
      List<String> pieces = new ArrayList<>(List.of(least.get(i).split(SEAMS)));
      for (int length = pieces.size() / 2; length > 0; length /= 2) {
        int from = 0;
        while (from + length <= pieces.size()) {
          List<String> fewer = new ArrayList<>(pieces);
          fewer.subList(from, from + length).clear();
          List<String> tried = new ArrayList<>(least);
          tried.set(i, String.join("", fewer));
          if (failing.test(tried)) {
            pieces = fewer;
            least = tried;
          } else {
            from += length;
          }
        }
      }
    }
    return least;
  }
}
