package dev.directmsi.iommufd.driver;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.hardware.smmu.SmmuCommand.Opcode;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.StreamTableEntries;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the SMMUs have to forget after a change. Stage 2 of a nest parent is followed by NH_ALL,
 * since TLB entries may hold both stages combined; devices whose ATS is on are told to forget what
 * they cached.
 */
public final class TlbInvalidation {

    /** VMID of host-owned stage-1 tables. */
    private static final Vmid HOST = new Vmid(0);

    private TlbInvalidation() {}

    /** After mappings went from an IOAS: in every page table, and every copy, with its own tag. */
    public static List<SmmuCommand> ofUnmap(
            ContextView context, ObjectId ioas, List<Mapping> gone) {
        var commands = new ArrayList<SmmuCommand>();
        if (gone.isEmpty()) {
            return commands;
        }
        List<AddressRange> ranges = gone.stream().map(Mapping::range).toList();
        for (HwptPaging hwpt : context.relations().tablesOf(ioas)) {
            if (context.host().smmu(hwpt.smmu()).isEmpty()) {
                continue; // the mock has no commands
            }
            if (hwpt.isDirect()) {
                context.relations()
                        .copiesOf(hwpt.id())
                        .values()
                        .forEach(copy -> {
                            stage2(commands, copy.copy().smmu(), copy.copy().vmid(), true, ranges);
                            atc(context, commands, copy.members());
                        });
            } else {
                if (hwpt.stage() == 1) {
                    stage1(commands, hwpt, ranges);
                } else {
                    stage2(
                            commands,
                            hwpt.smmu(),
                            new Vmid(hwpt.tag()),
                            hwpt.isNestParent(),
                            ranges);
                }
                atc(context, commands, functionsOn(context, hwpt));
            }
        }
        return synced(commands);
    }

    /** After an MSI page went from a copy. */
    public static List<SmmuCommand> ofMsiPage(
            ContextView context, CopyState copy, AddressRange page) {
        var commands = new ArrayList<SmmuCommand>();
        stage2(commands, copy.copy().smmu(), copy.copy().vmid(), true, List.of(page));
        atc(context, commands, copy.members());
        return synced(commands);
    }

    /**
     * After stream table entries were rewritten. What a device cached goes also when ATS goes on or
     * off (kernel: {@code arm_smmu_attach_commit}).
     *
     * @param to the page table that the functions are attached to now, null for none
     */
    public static List<SmmuCommand> ofStreams(
            ContextView before, Collection<PciFunction> functions, @Nullable IommufdObject to) {
        var commands = new ArrayList<SmmuCommand>();
        for (PciFunction function : functions) {
            if (function.smmu() != null && !function.streamIds().isEmpty()) {
                String smmu = function.smmu();
                function.streamIds()
                        .forEach(sid ->
                                commands.add(SmmuCommand.ofStream(smmu, Opcode.CFGI_STE, sid)));
            }
        }
        functions.stream()
                .filter(function ->
                        StreamTableEntries.enablesAts(before, function)
                                || StreamTableEntries.enablesAts(before, function, to))
                .forEach(function -> atc(commands, function));
        return synced(commands);
    }

    /** After context descriptors of PASIDs were rewritten: that needs ATS where it can be had. */
    public static List<SmmuCommand> ofContexts(
            ContextView context, Collection<PciFunction> functions) {
        var commands = new ArrayList<SmmuCommand>();
        for (PciFunction function : functions) {
            if (function.smmu() != null && function.pasidBits() > 0) {
                String smmu = function.smmu();
                function.streamIds()
                        .forEach(sid ->
                                commands.add(SmmuCommand.ofStream(smmu, Opcode.CFGI_CD_ALL, sid)));
            }
        }
        functions.stream()
                .filter(function -> StreamTableEntries.supportsAts(context, function))
                .forEach(function -> atc(commands, function));
        return synced(commands);
    }

    /** Before a VMID is given back. */
    public static List<SmmuCommand> ofVmid(String smmu, Vmid vmid) {
        return synced(List.of(SmmuCommand.ofVmid(smmu, Opcode.TLBI_S12_VMALL, vmid)));
    }

    /** The same commands with a CMD_SYNC at the end for each SMMU. */
    public static List<SmmuCommand> synced(List<SmmuCommand> commands) {
        var smmus = new LinkedHashSet<String>();
        var all = new ArrayList<SmmuCommand>();
        for (SmmuCommand command : commands) {
            if (command.opcode() != Opcode.SYNC) {
                all.add(command);
                smmus.add(command.smmu());
            }
        }
        smmus.forEach(smmu -> all.add(SmmuCommand.sync(smmu)));
        return List.copyOf(all);
    }

    private static void stage1(
            List<SmmuCommand> commands, HwptPaging hwpt, List<AddressRange> ranges) {
        if (ranges.size() > Limits.LISTED_INVALIDATIONS) {
            commands.add(SmmuCommand.tlbiNhAsid(hwpt.smmu(), HOST, hwpt.tag()));
            return;
        }
        ranges.forEach(range ->
                commands.add(
                        SmmuCommand.tlbiNhVa(
                                hwpt.smmu(), HOST, hwpt.tag(), new Iova(range.first()))));
    }

    private static void stage2(
            List<SmmuCommand> commands,
            String smmu,
            Vmid vmid,
            boolean nests,
            List<AddressRange> ranges) {
        if (ranges.size() > Limits.LISTED_INVALIDATIONS) {
            commands.add(SmmuCommand.ofVmid(smmu, Opcode.TLBI_S12_VMALL, vmid));
            return;
        }
        ranges.forEach(
                range -> commands.add(SmmuCommand.tlbiS2Ipa(smmu, vmid, new Ipa(range.first()))));
        if (nests) {
            commands.add(SmmuCommand.ofVmid(smmu, Opcode.TLBI_NH_ALL, vmid));
        }
    }

    private static void atc(
            ContextView context, List<SmmuCommand> commands, Collection<PciFunction> functions) {
        functions.stream()
                .filter(function -> StreamTableEntries.enablesAts(context, function))
                .forEach(function -> atc(commands, function));
    }

    private static void atc(List<SmmuCommand> commands, PciFunction function) {
        String smmu = Objects.requireNonNull(function.smmu());
        function.streamIds()
                .forEach(sid -> commands.add(SmmuCommand.ofStream(smmu, Opcode.ATC_INV, sid)));
    }

    private static List<PciFunction> functionsOn(ContextView context, HwptPaging hwpt) {
        return Reservation.devicesOn(context.relations(), hwpt).stream()
                .map(Device::group)
                .distinct()
                .flatMap(group -> context.host().group(group).stream())
                .toList();
    }
}
