package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.MsiPage;
import dev.directmsi.iommufd.SoleTable;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stage-2 copy of a DIRECT_MSI parent: one table, for the devices behind one SMMU whose MSIs end
/// at one ITS.
///
/// Also shows the one table of a page table without copies.
///
/// @param key names it in a path: `smmu0.its1`, `smmu0.none`; `smmu0` where it is for all ITSes
/// @param its absent for devices without one, and where it is for all
/// @param vmid unique on the SMMU, across all contexts; absent for a stage 1
/// @param granule of its table
/// @param members the devices in it, bound or not
/// @param msiPages the pages that lead to its ITS, or to one of all
public record S2CopyResponse(
        String key,
        String smmu,
        @Nullable String its,
        @Nullable U32 vmid,
        Granule granule,
        List<String> members,
        List<MsiPageResponse> msiPages) {

    /// A page that leads to an ITS: the one with GITS_TRANSLATER.
    ///
    /// @param ipa in the guest's physical space
    /// @param page its physical address
    /// @param demandedBy the devices whose MSI target it is, or that find their ITS there
    public record MsiPageResponse(Range ipa, U64 page, List<String> demandedBy) {

        static MsiPageResponse of(MsiPage page) {
            return new MsiPageResponse(Range.of(page.ipa()), U64.of(page.page()), page.demanders());
        }
    }

    /// Shows all tables of a page table.
    static List<S2CopyResponse> tables(HwptPaging hwpt, ContextView context) {
        return SoleTable.of(context, hwpt)
                .map(S2CopyResponse::of)
                .map(List::of)
                .orElseGet(() -> of(hwpt, context));
    }

    private static S2CopyResponse of(SoleTable table) {
        HwptPaging hwpt = table.hwpt();
        return new S2CopyResponse(
                hwpt.smmu(),
                hwpt.smmu(),
                null,
                hwpt.stage() == 2 ? new U32(hwpt.tag()) : null,
                new Granule(hwpt.granule()),
                table.members().stream().map(PciFunction::name).toList(),
                table.msiPages().stream().map(MsiPageResponse::of).toList());
    }

    /// Shows all copies of a parent. One that is not derived yet, in a dry run, has no members.
    static List<S2CopyResponse> of(HwptPaging parent, ContextView context) {
        var states = context.relations().copiesOf(parent.id());
        return parent.copies().stream()
                .map(copy -> {
                    CopyState state = states.get(copy.key());
                    return state == null ? of(copy, parent) : of(state);
                })
                .toList();
    }

    private static S2CopyResponse of(S2Copy copy, HwptPaging parent) {
        return new S2CopyResponse(
                copy.key().toString(),
                copy.smmu(),
                copy.its(),
                new U32(copy.vmid().value()),
                new Granule(parent.granule()),
                List.of(),
                List.of());
    }

    private static S2CopyResponse of(CopyState state) {
        S2Copy copy = state.copy();
        return new S2CopyResponse(
                copy.key().toString(),
                copy.smmu(),
                copy.its(),
                new U32(copy.vmid().value()),
                new Granule(state.granule()),
                state.members().stream().map(PciFunction::name).toList(),
                state.msiPages().values().stream().map(MsiPageResponse::of).toList());
    }
}
