package dev.countersign.proxy.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Where a COPY from the client stands. Confined to the session's event loop.
 *
 * <pre>
 *  NONE ─ {@link #asked} ─► ASKED ─ {@link #begun} ─► STREAMING ─ {@link #sent} ─► NONE, or ASKED
 *    ▲                        │                          │        while the text may copy again
 *    └──── {@link #over} ─────┴──────────────────────────┘
 * </pre>
 *
 * <p>While it is asked for, nothing of the client is handled: what its next message means depends
 * on whether the upstream lets the COPY begin.
 */
final class CopyIn {

  private enum State {
    NONE,
    ASKED,
    STREAMING
  }

  private State state = State.NONE;
  private @Nullable Reply reply;

  /**
   * A statement that copies was sent.
   *
   * @param reply what is owed for it
   */
  void asked(Reply reply) {
    state = State.ASKED;
    this.reply = reply;
  }

  /** What is owed for the statement; null if none is under way. */
  @Nullable Reply reply() {
    return reply;
  }

  void begun() {
    state = State.STREAMING;
  }

  /** The client has sent the last of it; in the simple protocol more copies may follow. */
  void sent() {
    state = reply instanceof Reply.OfQuery ? State.ASKED : State.NONE;
  }

  void over() {
    state = State.NONE;
    reply = null;
  }

  boolean isAsked() {
    return state == State.ASKED;
  }

  boolean isStreaming() {
    return state == State.STREAMING;
  }
}
