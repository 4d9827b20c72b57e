package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.hardware.smmu.SmmuCommand.Opcode;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A guest's SMMU commands, passed down. The VMID of a TLB command is overwritten; where the parent
 * has several copies on the SMMU, it is issued once for each. A virtual StreamID is translated.
 */
record GuestCommands(ContextView context, Viommu viommu) {

    private static final int LENGTH = 16;

    Invalidation pass(UserArray commands) {
        if (commands.type() != UserArray.ARM_SMMUV3) {
            throw INVALIDATE_TYPE_INVALID.refusal("dataType", commands.type());
        }
        if (commands.count() == 0) {
            throw INVALIDATE_ENTRIES_INVALID.refusal("problem", "there is no entry");
        }
        if (commands.hasMoreThan(LENGTH)) {
            throw INVALIDATE_ENTRY_TOO_LONG.refusal(
                    "entryLength", (int) commands.entryLength(), "known", LENGTH);
        }
        var issued = new ArrayList<SmmuCommand>();
        for (int index = 0; index < commands.count(); index++) {
            try {
                issued.addAll(translate(commands.entry(index, LENGTH), index));
            } catch (Rejection rejection) {
                // What came before is issued and stays so; the caller resumes from here.
                return new Invalidation(
                        index, TlbInvalidation.synced(issued), List.of(), rejection);
            }
        }
        return new Invalidation(
                (int) commands.count(), TlbInvalidation.synced(issued), List.of(), null);
    }

    private List<SmmuCommand> translate(ByteBuffer command, int index) {
        long word0 = command.getLong(0);
        long word1 = command.getLong(Long.BYTES);
        int code = (int) word0 & 0xff;
        Optional<Opcode> opcode = Opcode.of(code);
        if (opcode.isEmpty()) {
            throw refused(index, code);
        }
        return switch (opcode.get()) {
            case TLBI_NH_ALL, TLBI_NSNH_ALL -> perCopy(word0, word1, Opcode.TLBI_NH_ALL);
            case TLBI_NH_ASID, TLBI_NH_VA, TLBI_NH_VAA -> perCopy(word0, word1, opcode.get());
            case CFGI_CD, CFGI_CD_ALL, ATC_INV -> perStream(word0, opcode.get(), index);
            case CFGI_STE, TLBI_S12_VMALL, TLBI_S2_IPA, SYNC -> throw refused(index, code);
        };
    }

    private static Rejection refused(int index, int code) {
        return INVALIDATE_OPCODE.refusal(
                "index", index, "opcode", "0x" + Integer.toHexString(code));
    }

    private List<SmmuCommand> perCopy(long word0, long word1, Opcode opcode) {
        int asid = (int) (word0 >>> 48);
        long address = word1 & -4096L;
        return vmids().stream()
                .map(vmid ->
                        new SmmuCommand(
                                viommu.smmu(),
                                opcode,
                                vmid,
                                opcode == Opcode.TLBI_NH_ASID || opcode == Opcode.TLBI_NH_VA
                                        ? asid
                                        : null,
                                null,
                                opcode == Opcode.TLBI_NH_VA || opcode == Opcode.TLBI_NH_VAA
                                        ? address
                                        : null))
                .toList();
    }

    /** The VMIDs under which a guest's stage 1 may be cached on the vIOMMU's SMMU. */
    private List<Vmid> vmids() {
        HwptPaging parent = context.find(viommu.parent(), HwptPaging.class).orElseThrow();
        return parent.isDirect()
                ? parent.copies().stream()
                        .filter(copy -> copy.smmu().equals(viommu.smmu()))
                        .map(S2Copy::vmid)
                        .toList()
                : List.of(new Vmid(parent.tag()));
    }

    private List<SmmuCommand> perStream(long word0, Opcode opcode, int index) {
        long virtId = word0 >>> 32;
        Vdevice vdevice =
                context.all(Vdevice.class).stream()
                        .filter(candidate ->
                                candidate.viommu().equals(viommu.id())
                                        && candidate.virtId() == virtId)
                        .findFirst()
                        .orElseThrow(() ->
                                INVALIDATE_STREAM_UNKNOWN.refusal(
                                        "index", index, "virtId", virtId, "viommuId", viommu.id()));
        Device device = context.find(vdevice.device(), Device.class).orElseThrow();
        StreamId streamId = context.function(device).streamIds().getFirst();
        return List.of(SmmuCommand.ofStream(viommu.smmu(), opcode, streamId));
    }
}
