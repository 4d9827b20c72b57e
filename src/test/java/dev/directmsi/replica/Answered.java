package dev.directmsi.replica;

import dev.directmsi.api.Reply;

/// What a client sees of an answer.
record Answered(int status, String etag, String location, String type, String body) {

    static Answered of(Reply reply) {
        return new Answered(
                reply.status(),
                reply.header("ETag").orElse(""),
                reply.header("Location").orElse(""),
                reply.header("Content-Type").orElse(""),
                reply.text());
    }

    boolean isSuccess() {
        return status < 300;
    }

    /// The revision that it names, or 0.
    long revision() {
        return etag.isEmpty() ? 0 : Long.parseLong(etag.substring(1, etag.length() - 1));
    }

    String code() {
        int at = body.indexOf("\"code\":\"");
        return at < 0 ? "" : body.substring(at + 8, body.indexOf('"', at + 8));
    }
}
