package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What the command-queue extension of an SMMU adds ({@code tegra241-cmdqv} of Linux 7.2). */
record TegraCommandQueues(ContextView context, Smmu smmu) {

    /** {@code {u64 out_vintf_mmap_offset; u64 out_vintf_mmap_length}}. */
    private static final int DATA_LENGTH = 16;

    /** Bytes of a virtual interface's first page of registers. */
    private static final int WINDOW_LENGTH = 0x1_0000;

    /** Largest virtual StreamID. */
    private static final long VIRT_ID_LIMIT = 0xf_ffff;

    /** StreamIDs that a virtual interface can replace. */
    private static final int STREAMS = 16;

    private static final int VERSION = 1;

    /** Bytes of a queue's entry, and the number in IDR1 that limits the entries (IHI 0070, 6.3). */
    private static final int ENTRY_SHIFT = 4;

    private static final int LEAST_LENGTH = 32;
    private static final int CMDQS_SHIFT = 21;
    private static final int CMDQS_MASK = 0x1f;

    /** Its virtual interface holds one VMID, so there can be one copy on this SMMU. */
    ViommuShape viommu(HwptPaging parent, DriverData data) {
        if (data.length() != DATA_LENGTH) {
            throw VIOMMU_DATA_INVALID.refusal(
                    "type", Viommu.TEGRA241_CMDQV, "length", data.length());
        }
        long copies =
                parent.copies().stream().filter(copy -> copy.smmu().equals(smmu.name())).count();
        if (copies > 1) {
            throw ATTACH_CMDQV_ONE_COPY.refusal(
                    "viommuId",
                    "(new)",
                    "smmu",
                    smmu.name(),
                    "device",
                    copies + " existing copies");
        }
        return new ViommuShape(WINDOW_LENGTH, 0);
    }

    static byte[] answer(Viommu viommu, DriverData given) {
        MmapWindow window = viommu.window();
        return window == null
                ? given.bytes()
                : ByteBuffer.allocate(DATA_LENGTH)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(window.offset())
                        .putLong(window.length())
                        .array();
    }

    void checkVdevice(Viommu viommu, long virtId) {
        if (Long.compareUnsigned(virtId, VIRT_ID_LIMIT) > 0) {
            throw VDEVICE_VIRT_ID_TOO_WIDE.refusal("virtId", virtId, "limit", VIRT_ID_LIMIT);
        }
        long used =
                context.all(Vdevice.class).stream()
                        .filter(vdevice -> vdevice.viommu().equals(viommu.id()))
                        .count();
        if (used >= STREAMS) {
            throw VDEVICE_STREAMS_EXHAUSTED.refusal("viommuId", viommu.id(), "limit", STREAMS);
        }
    }

    void checkQueue(Viommu viommu, long index, long length, PhysAddr base) {
        QueueIndexes.check(viommu, index, smmu.commandQueues());
        int shift = (smmu.identification().get(1) >>> CMDQS_SHIFT & CMDQS_MASK) + ENTRY_SHIFT;
        if (Long.bitCount(length) != 1 || length < LEAST_LENGTH || length > 1L << shift) {
            throw HW_QUEUE_LENGTH_INVALID.refusal(
                    "length", length, "least", LEAST_LENGTH, "most", 1L << shift);
        }
        if ((base.value() & length - 1) != 0) {
            throw HW_QUEUE_NOT_ALIGNED.refusal("base", base, "length", length);
        }
    }

    /**
     * {@code struct iommu_hw_info_tegra241_cmdqv}: flags, then bytes of version, log2 of the queues
     * and of the StreamIDs of an interface.
     */
    static List<Integer> hwInfo(Smmu smmu) {
        int queues = Integer.numberOfTrailingZeros(Integer.highestOneBit(smmu.commandQueues()));
        int streams = Integer.numberOfTrailingZeros(STREAMS);
        return List.of(0, VERSION | queues << 8 | streams << 16);
    }
}
