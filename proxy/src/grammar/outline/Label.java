package outline;

/** What a branch goes to: a block, a loop, or the function itself. */
final class Label {

  final boolean isLoop;
  final boolean isFunction;

  /** Values a branch carries. */
  final int arity;

  /** Locals, as bits, whose values are still needed where a branch arrives. */
  long live;

  private Label(boolean isLoop, boolean isFunction, int arity) {
    this.isLoop = isLoop;
    this.isFunction = isFunction;
    this.arity = arity;
  }

  static Label block() {
    return block(0);
  }

  static Label block(int arity) {
    return new Label(false, false, arity);
  }

  static Label loop() {
    return new Label(true, false, 0);
  }

  static Label function(int arity) {
    return new Label(false, true, arity);
  }
}
