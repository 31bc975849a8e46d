package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PackBytes;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Makes over all objects of a pack that are no files, each behind what it needs. Git writes packs
 * from the newest to the oldest and from the root down: from its end, little has to wait.
 */
final class ObjectOrder implements ObjectTranslation.Names {

  /** Far more than git's packs come to, in whatever order. */
  private static final int MOST_WAITING = 8_000_000;

  private final ObjectIntake objects;
  private final PackBytes made;
  private final NameTable names;
  private final KnownNames known;
  private final Links links;
  private final InnerPack out;
  private final Deadline deadline;
  private final NameCache cache = new NameCache();
  private final MessageDigest sha1 = Digests.sha1();
  private final BitSet opened;
  private int[] waiting = new int[1_024];
  private int depth;

  ObjectOrder(
      ObjectIntake objects,
      PackBytes made,
      NameTable names,
      KnownNames known,
      Links links,
      InnerPack out,
      Deadline deadline) {
    this.objects = objects;
    this.made = made;
    this.names = names;
    this.known = known;
    this.links = links;
    this.out = out;
    this.deadline = deadline;
    opened = new BitSet(objects.count());
  }

  void run() throws IOException {
    for (int kind : new int[] {Kind.TREE, Kind.COMMIT, Kind.TAG}) {
      for (int object = objects.count() - 1; object >= 0; object--) {
        if (objects.kind(object) == kind && !names.isTranslated(object)) {
          translate(object);
        }
      }
    }
  }

  private void translate(int object) throws IOException {
    push(object);
    while (depth > 0) {
      deadline.check();
      int top = waiting[depth - 1];
      if (names.isTranslated(top)) {
        depth--;
        continue;
      }
      int before = depth;
      byte[] translated = ObjectTranslation.of(objects.kind(top), objects.raw(top, made), this);
      if (depth == before) {
        write(top, translated);
        depth--;
      } else if (opened.get(top)) {
        throw new GitWireException("objects of the pack need each other");
      } else {
        opened.set(top);
      }
    }
  }

  private void write(int object, byte[] translated) throws IOException {
    int kind = objects.kind(object);
    sha1.update(Kind.header(kind, translated.length));
    names.translate(object, sha1.digest(translated));
    out.object(kind, translated);
  }

  private void push(int object) throws GitWireException {
    if (depth == waiting.length) {
      if (depth >= MOST_WAITING) {
        throw new GitWireException.TooMuch(
            "the objects of the pack need too much of each other; push in parts");
      }
      waiting = Arrays.copyOf(waiting, 2 * depth);
    }
    waiting[depth++] = object;
  }

  @Override
  public void object(byte[] from, int at, byte[] into, int intoAt) throws IOException {
    int object = names.find(from, at);
    if (object == NameTable.NONE) {
      byte[] inner = cache.find(from, at);
      if (inner == null) {
        inner =
            known
                .inner(from, at)
                .orElseThrow(
                    () ->
                        new GitWireException.Incomplete(
                            "an object that the push needs is neither in it nor upstream"));
        cache.put(from, at, inner);
      }
      System.arraycopy(inner, 0, into, intoAt, NameTable.INNER);
    } else if (names.isTranslated(object)) {
      names.copyInner(object, into, intoAt);
    } else {
      push(object);
    }
  }

  @Override
  public void link(byte[] from, int at, byte[] into, int intoAt) throws IOException {
    links.translate(from, at, into, intoAt);
  }
}
