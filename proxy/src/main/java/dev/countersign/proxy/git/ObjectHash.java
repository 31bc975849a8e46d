package dev.countersign.proxy.git;

import java.io.IOException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.sha1.SHA1;

/**
 * Names objects by their SHA-1. An object that was made so that another one has the same name is
 * not named but refused: what is judged by a name has to be all that has it.
 */
final class ObjectHash {

  private final SHA1 sha1 = SHA1.newInstance().setDetectCollision(true);

  /** The name of an object that is there as a whole. */
  ObjectId of(int type, byte[] raw) throws IOException {
    begin(type, raw.length);
    sha1.update(raw);
    return end();
  }

  void begin(int type, long size) {
    sha1.reset();
    sha1.update(Constants.encodedTypeString(type));
    sha1.update((byte) ' ');
    sha1.update(Constants.encodeASCII(size));
    sha1.update((byte) 0);
  }

  void update(byte[] bytes, int count) {
    sha1.update(bytes, 0, count);
  }

  ObjectId end() throws IOException {
    return sha1.toObjectId();
  }
}
