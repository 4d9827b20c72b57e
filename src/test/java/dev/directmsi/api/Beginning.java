package dev.directmsi.api;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// The first bytes of an answer that has no end: whoever asks an event stream one question hangs up
/// when it has begun.
final class Beginning implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private Beginning() {}

    /// Whole answers, and of event streams how they begin.
    static BodyHandler<byte[]> ofStreams() {
        return info ->
                info.headers()
                                .firstValue("Content-Type")
                                .filter(type -> type.startsWith("text/event-stream"))
                                .isPresent()
                        ? new Beginning()
                        : BodySubscribers.ofByteArray();
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        subscription = to;
        to.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        var first = new ByteArrayOutputStream();
        for (ByteBuffer buffer : item) {
            var part = new byte[buffer.remaining()];
            buffer.get(part);
            first.writeBytes(part);
        }
        if (subscription != null) {
            subscription.cancel();
        }
        bytes.complete(first.toByteArray());
    }

    @Override
    public void onError(Throwable failure) {
        bytes.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        bytes.complete(new byte[0]);
    }
}
