package dev.directmsi.control;

import dev.directmsi.control.host.Presets;
import dev.directmsi.control.host.TopologyDocument;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Puts the control plane together; the store comes from its own package. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(FeedSettings.class)
class Wiring {

    @Bean
    Presets presets() {
        return Presets.load();
    }

    @Bean
    HostRegistry hosts(ContextStore store) {
        return new HostRegistry(store, document -> TopologyDocument.parse(document, ""));
    }

    @Bean
    ChangeFeed changeFeed(ContextStore store, FeedSettings settings) {
        return new ChangeFeed(store, settings);
    }

    @Bean
    ControlPlane controlPlane(
            ContextStore store, HostRegistry hosts, ChangeText text, ChangeFeed feed) {
        return new ControlPlane(store, hosts, text, feed);
    }

    @Bean
    Recovery recovery(ContextStore store, ControlPlane plane, Presets presets) {
        return new Recovery(store, plane, presets);
    }
}
