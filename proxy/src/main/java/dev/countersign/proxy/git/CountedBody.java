package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** What an upstream is sent, and how much of it has gone out: whether it still listens. */
final class CountedBody implements BodyPublisher {

  private final BodyPublisher body;
  private final AtomicLong bytes;

  /**
   * @param bytes added to with each part that goes out
   */
  CountedBody(BodyPublisher body, AtomicLong bytes) {
    this.body = requireNonNull(body, "body");
    this.bytes = requireNonNull(bytes, "bytes");
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> client) {
    body.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            client.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer part) {
            bytes.addAndGet(part.remaining());
            client.onNext(part);
          }

          @Override
          public void onError(Throwable failure) {
            client.onError(failure);
          }

          @Override
          public void onComplete() {
            client.onComplete();
          }
        });
  }
}
