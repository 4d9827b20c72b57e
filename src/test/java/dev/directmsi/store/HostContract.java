package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import org.junit.jupiter.api.Test;

/// Hosts do not change under the contexts that are open on them.
interface HostContract extends StoreWords {

    @Test
    default void hostsAreListedByName() {
        assertThat(store().hosts())
                .contains(Hosts.stored(host()))
                .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
    }

    @Test
    default void hostIsReplacedAndDeleted() {
        var document = new StoredHost(host(), "{\"large\":\"" + "x".repeat(3_000_000) + "\"}", "2");

        store().putHost(host(), Hosts.hash(host()), document, StoreWords.answer(null, host()));

        assertThat(store().hosts()).contains(document).doesNotContain(Hosts.stored(host()));
        store().putHost(host(), "2", null, null);
        assertThat(store().hosts()).extracting(StoredHost::name).doesNotContain(host());
        assertThat(store().answer(null, host())).isPresent();
    }

    @Test
    default void hostThatIsNotAsExpectedIsStale() {
        StoredHost document = Hosts.stored(host());

        assertThatThrownBy(() -> store().putHost(host(), null, document, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store().putHost(host(), "other", document, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store().putHost("absent", "other", null, null))
                .isInstanceOf(StoreException.Stale.class);
    }

    @Test
    default void hostInUseDoesNotChange() {
        ContextId context = open();

        assertThatThrownBy(() -> store().putHost(host(), Hosts.hash(host()), null, null))
                .isInstanceOf(StoreException.HostInUse.class);
        assertThatThrownBy(() ->
                        store().putHost(
                                        host(),
                                        Hosts.hash(host()),
                                        new StoredHost(host(), "{}", "2"),
                                        null))
                .isInstanceOf(StoreException.HostInUse.class);
        store().close(context, 1, null);
        store().putHost(host(), Hosts.hash(host()), null, null);
    }

    @Test
    default void openOnAHostThatIsNotAsExpectedIsStale() {
        ContextInfo absent = Hosts.info("absent");
        ContextInfo other = ContextInfo.opened("", host(), "other", Hosts.TOPOLOGY.hostPageSize());

        assertThatThrownBy(() -> store().open(absent, _ -> null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store().open(other, _ -> null))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(store().openOn(host())).isEmpty();
    }
}
