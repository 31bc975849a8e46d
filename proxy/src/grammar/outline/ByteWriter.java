package outline;

import java.io.ByteArrayOutputStream;

/** Writes WebAssembly's variable-length numbers. */
final class ByteWriter extends ByteArrayOutputStream {

  void unsigned(long value) {
    long rest = value;
    do {
      int low = (int) (rest & 0x7f);
      rest >>>= 7;
      write(rest != 0 ? low | 0x80 : low);
    } while (rest != 0);
  }

  void signed(long value) {
    long rest = value;
    while (true) {
      int low = (int) (rest & 0x7f);
      rest >>= 7;
      boolean isLast = rest == 0 && (low & 0x40) == 0 || rest == -1 && (low & 0x40) != 0;
      write(isLast ? low : low | 0x80);
      if (isLast) {
        return;
      }
    }
  }
}
