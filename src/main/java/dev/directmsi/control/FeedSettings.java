package dev.directmsi.control;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the event streams.
 *
 * @param streams at a time in this process; one more is refused
 * @param streamsPerContext at a time on one context in this process
 * @param heartbeat a stream that has nothing to tell sends a comment this often: a proxy keeps it
 *     open, and a client that is gone is noticed
 */
@ConfigurationProperties("direct-msi.events")
public record FeedSettings(
        @DefaultValue("1000") int streams,
        @DefaultValue("100") int streamsPerContext,
        @DefaultValue("15s") Duration heartbeat) {

    /** As they are without configuration. */
    public static final FeedSettings DEFAULT = new FeedSettings(1_000, 100, Duration.ofSeconds(15));
}
