package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.hardware.smmu.SmmuCommand.Opcode;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * IOMMU_HWPT_INVALIDATE on a vIOMMU: a guest's SMMU commands, passed down. The VMID of a TLB
 * command is overwritten; where the parent has several copies on the SMMU, it is issued once for
 * each.
 *
 * @param count entries, each of {@code entryLength} bytes in {@code entries}
 */
@SuppressWarnings("ArrayRecordComponent") // read by the rule, never compared
public record InvalidateHwpt(
        ObjectId id, int dataType, long count, long entryLength, byte[] entries)
        implements Command<InvalidateHwpt.Invalidated> {

    /** IOMMU_VIOMMU_INVALIDATE_DATA_ARM_SMMUV3. */
    public static final int ARM_SMMUV3 = 1;

    private static final int COMMAND_LENGTH = 16;

    /** How many entries were handled, and what the SMMU was told. */
    public record Invalidated(int handled, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "IOMMU_HWPT_INVALIDATE";
    }

    @Override
    public Decision<Invalidated> decide(ContextView context) {
        if (count != 0
                && (entryLength <= 0
                        || entryLength > context.pageSize().bytes()
                        || count > 1 << 19)) {
            throw unusable(count + " entries of " + entryLength + " bytes").with("progress", 0);
        }
        IommufdObject object =
                context.find(id)
                        .orElseThrow(() ->
                                INVALIDATE_NOT_FOUND
                                        .refusal("context", context.id(), "id", id)
                                        .with("progress", 0));
        return switch (object) {
            case Viommu viommu -> invalidate(context, viommu);
            case HwptNested nested ->
                    throw INVALIDATE_NESTED_UNSUPPORTED
                            .refusal(
                                    "id",
                                    id,
                                    "viommuId",
                                    Objects.requireNonNullElse(nested.viommu(), nested.parent()))
                            .with("progress", 0);
            case IommufdObject other ->
                    throw INVALIDATE_TARGET_INVALID
                            .refusal("id", id, "type", Types.of(other))
                            .with("progress", 0);
        };
    }

    private Decision<Invalidated> invalidate(ContextView context, Viommu viommu) {
        if (dataType != ARM_SMMUV3) {
            throw INVALIDATE_TYPE_INVALID.refusal("dataType", dataType).with("progress", 0);
        }
        if (count == 0) {
            throw unusable("there is no entry").with("progress", 0);
        }
        for (long at = 0; at < count * entryLength; at++) {
            if (at % entryLength >= COMMAND_LENGTH && entries[(int) at] != 0) {
                throw INVALIDATE_ENTRY_TOO_LONG
                        .refusal("entryLength", (int) entryLength)
                        .with("progress", 0);
            }
        }
        var issued = new ArrayList<SmmuCommand>();
        for (int index = 0; index < count; index++) {
            try {
                issued.addAll(translate(context, viommu, index));
            } catch (Rejection rejection) {
                // What came before is issued and stays so; the caller resumes from here.
                throw rejection.with("progress", index);
            }
        }
        return Decision.of(new Invalidated((int) count, TlbInvalidation.synced(issued)));
    }

    private long[] words(int index) {
        var padded = new byte[COMMAND_LENGTH];
        int length = (int) Math.min(entryLength, COMMAND_LENGTH);
        System.arraycopy(entries, (int) (index * entryLength), padded, 0, length);
        ByteBuffer buffer = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
        return new long[] {buffer.getLong(0), buffer.getLong(8)};
    }

    private List<SmmuCommand> translate(ContextView context, Viommu viommu, int index) {
        long[] words = words(index);
        int code = (int) words[0] & 0xff;
        Optional<Opcode> opcode = Opcode.of(code);
        if (opcode.isEmpty()) {
            throw refused(index, code);
        }
        return switch (opcode.get()) {
            case TLBI_NH_ALL, TLBI_NSNH_ALL -> perCopy(context, viommu, words, Opcode.TLBI_NH_ALL);
            case TLBI_NH_ASID, TLBI_NH_VA, TLBI_NH_VAA ->
                    perCopy(context, viommu, words, opcode.get());
            case CFGI_CD, CFGI_CD_ALL, ATC_INV ->
                    perStream(context, viommu, words, opcode.get(), index);
            case CFGI_STE, TLBI_S12_VMALL, TLBI_S2_IPA, SYNC -> throw refused(index, code);
        };
    }

    private static Rejection refused(int index, int code) {
        return INVALIDATE_OPCODE.refusal(
                "index", index, "opcode", "0x" + Integer.toHexString(code));
    }

    private static List<SmmuCommand> perCopy(
            ContextView context, Viommu viommu, long[] words, Opcode opcode) {
        int asid = (int) (words[0] >>> 48);
        long address = words[1] & -4096L;
        return vmids(context, viommu).stream()
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
    private static List<Vmid> vmids(ContextView context, Viommu viommu) {
        HwptPaging parent = context.find(viommu.parent(), HwptPaging.class).orElseThrow();
        return parent.isDirect()
                ? parent.copies().stream()
                        .filter(copy -> copy.smmu().equals(viommu.smmu()))
                        .map(S2Copy::vmid)
                        .toList()
                : List.of(new Vmid(parent.tag()));
    }

    private static List<SmmuCommand> perStream(
            ContextView context, Viommu viommu, long[] words, Opcode opcode, int index) {
        long virtId = words[0] >>> 32;
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

    private static Rejection unusable(String problem) {
        return INVALIDATE_ENTRIES_INVALID.refusal("problem", problem);
    }
}
