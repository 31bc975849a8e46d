package dev.countersign.proxy.git;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Reads objects, those that were kept when the pack came in from memory. */
final class QuickReader extends ObjectReader.Filter {

  private final ObjectReader disk;
  private final PackScan pack;

  QuickReader(ObjectReader disk, PackScan pack) {
    this.disk = disk;
    this.pack = pack;
  }

  @Override
  protected ObjectReader delegate() {
    return disk;
  }

  @Override
  public ObjectReader newReader() {
    return new QuickReader(disk.newReader(), pack);
  }

  @Override
  public ObjectLoader open(AnyObjectId id, int type) throws IOException {
    Optional<PackScan.Kept> kept = pack.kept(id);
    return kept.isPresent() && (type == OBJ_ANY || type == kept.get().type())
        ? new ObjectLoader.SmallObject(kept.get().type(), kept.get().raw())
        : disk.open(id, type);
  }
}
