package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.StoreException;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One context at a time has what it claims.
interface ClaimContract extends StoreWords {

    @Test
    default void claimOfAnotherContextIsTaken() {
        ContextId first = open();
        ContextId second = open();
        List<Claim> claims =
                List.of(
                        new Claim.GroupClaim(3),
                        new Claim.VmidClaim(Hosts.SMMU, new Vmid(9)),
                        new Claim.AsidClaim("smmu/with/slashes", 9),
                        new Claim.RamClaim(new AddressRange(0x1000, 0x1fff)));
        store().commit(first, 1, claims.stream().map(StoreWords::claimed).toList(), null);

        for (Claim claim : claims) {
            assertThatThrownBy(() ->
                            store().commit(second, 1, List.of(StoreWords.claimed(claim)), null))
                    .isInstanceOf(StoreException.ClaimTaken.class);
        }
        assertThat(store().claims(host()))
                .containsExactlyInAnyOrderElementsOf(
                        claims.stream().map(claim -> new StoredClaim(first, claim)).toList());
    }

    @Test
    default void sameClaimOnAnotherHostIsFree() {
        String elsewhere = host() + " 2";
        store().putHost(elsewhere, null, Hosts.stored(elsewhere), null);
        ContextId first = open();
        ContextId second = store().open(Hosts.info(elsewhere), _ -> null);

        store().commit(first, 1, List.of(StoreWords.claimed(new Claim.GroupClaim(3))), null);
        store().commit(second, 1, List.of(StoreWords.claimed(new Claim.GroupClaim(3))), null);

        assertThat(store().claims(elsewhere)).hasSize(1);
    }

    @Test
    default void overlappingRamIsTaken() {
        ContextId first = open();
        ContextId second = open();
        store().commit(
                        first,
                        1,
                        List.of(StoreWords.ram(0x2000, 0x3fff), StoreWords.ram(-0x1000L, -1L)),
                        null);

        for (Change overlap :
                List.of(
                        StoreWords.ram(0x1000, 0x2000),
                        StoreWords.ram(0x3fff, 0x4fff),
                        StoreWords.ram(0x2800, 0x2fff),
                        StoreWords.ram(0, -1L),
                        StoreWords.ram(-1L, -1L))) {
            assertThatThrownBy(() -> store().commit(second, 1, List.of(overlap), null))
                    .isInstanceOf(StoreException.ClaimTaken.class);
        }
        store().commit(
                        second,
                        1,
                        List.of(StoreWords.ram(0x1000, 0x1fff), StoreWords.ram(0x4000, -0x1001L)),
                        null);
    }

    @Test
    default void releasedClaimIsFree() {
        ContextId first = open();
        ContextId second = open();
        Claim claim = new Claim.GroupClaim(3);
        store().commit(first, 1, List.of(StoreWords.claimed(claim)), null);

        store().commit(first, 2, List.of(new Change.ResourceReleased(claim)), null);
        store().commit(second, 1, List.of(StoreWords.claimed(claim)), null);
        store().close(second, 2, null);
        store().commit(first, 3, List.of(StoreWords.claimed(claim)), null);

        assertThat(store().claims(host())).containsExactly(new StoredClaim(first, claim));
    }
}
