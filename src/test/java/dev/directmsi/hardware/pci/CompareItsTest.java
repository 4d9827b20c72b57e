package dev.directmsi.hardware.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.directmsi.hardware.pci.CompareIts.Cause;
import dev.directmsi.hardware.pci.CompareIts.Members;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompareItsTest {

    @Test
    void sameSmmuAndItsShareOneCopy() {
        CompareIts compared =
                CompareIts.of(List.of(device("a", "s0", "i0", 1), device("b", "s0", "i0", 2)));

        assertThat(compared.copies()).isEqualTo(1);
        assertThat(compared.sets()).extracting(Members::devices).containsExactly(List.of("a", "b"));
        assertThat(compared.sets().getFirst().reason()).contains("s0").contains("i0");
        assertThat(compared.separations()).isEmpty();
    }

    @Test
    void itsesAndSmmusSeparate() {
        CompareIts compared =
                CompareIts.of(
                        List.of(
                                device("a", "s0", "i0", 1),
                                device("b", "s0", "i1", 2),
                                device("c", "s1", "i0", 3),
                                device("d", "s0", null, 4),
                                device("a", "s0", "i0", 1)));

        assertThat(compared.copies()).isEqualTo(4);
        assertThat(compared.sets())
                .extracting(Members::devices)
                .containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
        assertThat(compared.separations())
                .extracting(CompareIts.Separation::cause, CompareIts.Separation::sets)
                .containsExactly(
                        tuple(Cause.DIFFERENT_SMMU, List.of(0, 1, 2, 3)),
                        tuple(Cause.DIFFERENT_ITS, List.of(0, 1, 3)));
    }

    @Test
    void devicesWithoutStageTwoHaveNoCopy() {
        CompareIts compared =
                CompareIts.of(List.of(device("a", null, "i0", 1), bypassing("b", "s0", "i0", 2)));

        assertThat(compared.copies()).isZero();
        assertThat(compared.sets()).extracting(Members::sharesCopy).containsExactly(false, false);
        assertThat(compared.separations())
                .extracting(CompareIts.Separation::cause)
                .containsExactly(Cause.NOT_TRANSLATED, Cause.MSI_BYPASSES_SMMU);
    }

    @Test
    void groupThatSpansCopiesIsAllowedAndSaid() {
        CompareIts compared =
                CompareIts.of(List.of(device("a", "s0", "i0", 6), device("b", "s0", "i1", 6)));

        assertThat(compared.spanningGroups()).hasSize(1);
        assertThat(compared.spanningGroups().getFirst().group()).isEqualTo(6);
        assertThat(compared.spanningGroups().getFirst().sets()).containsExactly(0, 1);
    }

    private static PciFunction device(
            String name, @Nullable String smmu, @Nullable String its, int group) {
        return function(name, smmu, its, group, false);
    }

    private static PciFunction bypassing(String name, String smmu, String its, int group) {
        return function(name, smmu, its, group, true);
    }

    private static PciFunction function(
            String name, @Nullable String smmu, @Nullable String its, int group, boolean bypass) {
        return new PciFunction(
                name,
                smmu,
                smmu == null ? List.of() : List.of(new StreamId(group)),
                its,
                group,
                group,
                null,
                8,
                0,
                true,
                false,
                bypass,
                false,
                false,
                List.of());
    }
}
