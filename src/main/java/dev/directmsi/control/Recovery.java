package dev.directmsi.control;

import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.host.Presets;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * What happens between starting and being ready: the presets are installed if there are no hosts
 * yet, and every open context is loaded, which programs the hardware again.
 *
 * <p>Being ready does not mean that more is true than before: a request that comes early loads its
 * context itself, through the same code.
 */
final class Recovery implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final ContextStore store;
    private final ControlPlane plane;
    private final Presets presets;

    Recovery(ContextStore store, ControlPlane plane, Presets presets) {
        this.store = store;
        this.plane = plane;
        this.presets = presets;
    }

    /** Spring reports readiness after this has returned. */
    @Override
    public void run(ApplicationArguments arguments) {
        if (store.hosts().isEmpty()) {
            presets.topologies()
                    .forEach((name, topology) ->
                            install(StoredHost.of(name, TopologyDocument.render(topology))));
        }
        store.open().forEach(this::load);
    }

    private void install(StoredHost host) {
        try {
            store.putHost(host.name(), null, host, null);
        } catch (StoreException.Stale e) {
            log.info("another replica has installed host {}", host.name());
        }
    }

    /** One context that cannot be loaded must not keep the others from being served. */
    private void load(ContextId context) {
        try {
            long revision = plane.read(context, ContextView::revision);
            log.info("context {} is at revision {}", context, revision);
        } catch (Rejection rejection) {
            log.error("context {} cannot be used: {}", context, rejection.detail());
        } catch (StoreException trouble) {
            log.warn("context {} is loaded when it is asked for: {}", context, trouble.toString());
        }
    }

    /** Idempotency keys are kept for 24 hours. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.HOURS)
    void forgetOldAnswers() {
        log.debug("forgot {} old answers", store.forgetOldAnswers());
    }

    /** The log of a closed context is kept for ten minutes. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    void forgetClosed() {
        log.debug("forgot {} closed contexts", store.forgetClosed());
    }
}
