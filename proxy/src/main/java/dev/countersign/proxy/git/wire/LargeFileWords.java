package dev.countersign.proxy.git.wire;

/** An answer of Git LFS that is nothing but words. */
public final class LargeFileWords {

  public static final String TYPE = "application/vnd.git-lfs+json";

  private LargeFileWords() {}

  public static byte[] write(String words) {
    return LargeFileJson.write(LargeFileJson.object().put("message", words));
  }
}
