package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command of an SMMU's command queue (IHI 0070, 4): an invalidation, or the {@code CMD_SYNC}
 * that waits for those before it.
 *
 * @param smmu the SMMU it is issued to
 * @param opcode what it does; also says which of the operands are present
 * @param vmid scope of a TLB invalidation
 * @param asid scope of {@code TLBI_NH_ASID} and {@code TLBI_NH_VA}, unsigned 16-bit
 * @param streamId the stream of a configuration or ATC invalidation
 * @param address the VA of {@code TLBI_NH_VA} and {@code TLBI_NH_VAA}, the IPA of {@code
 *     TLBI_S2_IPA}
 */
public record SmmuCommand(
        String smmu,
        Opcode opcode,
        @Nullable Vmid vmid,
        @Nullable Integer asid,
        @Nullable StreamId streamId,
        @Nullable Long address) {

    /** Command opcodes (IHI 0070, 4.1.1). */
    public enum Opcode {
        /** Forget the stream table entry of a stream, and the context descriptors behind it. */
        CFGI_STE(0x03),
        /** Forget one context descriptor of a stream. */
        CFGI_CD(0x05),
        /** Forget all context descriptors of a stream. */
        CFGI_CD_ALL(0x06),
        /** Forget every stage-1 entry of a VMID, combined ones included. */
        TLBI_NH_ALL(0x10),
        /** Forget the non-global stage-1 entries of an ASID of a VMID. */
        TLBI_NH_ASID(0x11),
        /** Forget the entries of one VA in an ASID of a VMID. */
        TLBI_NH_VA(0x12),
        /** Forget the entries of one VA in every ASID of a VMID. */
        TLBI_NH_VAA(0x13),
        /** Forget everything of a VMID, both stages. */
        TLBI_S12_VMALL(0x28),
        /** Forget the stage-2 entries of one IPA; combined entries stay. */
        TLBI_S2_IPA(0x2A),
        /** Forget every entry of every VMID. */
        TLBI_NSNH_ALL(0x30),
        /** Forget what a device's own address translation cache holds. */
        ATC_INV(0x40),
        /** Complete when the commands before it have. */
        SYNC(0x46);

        private final int code;

        Opcode(int code) {
            this.code = code;
        }

        /** The command with this opcode, if it is one of these. */
        public static Optional<Opcode> of(int code) {
            return Arrays.stream(values()).filter(opcode -> opcode.code == code).findFirst();
        }

        /** Bits 7:0 of the command. */
        public int code() {
            return code;
        }
    }

    public SmmuCommand {
        var complete =
                switch (opcode) {
                    case CFGI_STE, CFGI_CD, CFGI_CD_ALL, ATC_INV -> streamId != null;
                    case TLBI_NH_ALL, TLBI_S12_VMALL -> vmid != null;
                    case TLBI_NH_ASID -> vmid != null && asid != null;
                    case TLBI_NH_VA -> vmid != null && asid != null && address != null;
                    case TLBI_NH_VAA, TLBI_S2_IPA -> vmid != null && address != null;
                    case TLBI_NSNH_ALL, SYNC -> true;
                };
        if (!complete) {
            throw new IllegalArgumentException(opcode + " lacks an operand");
        }
    }

    /** {@code CFGI_STE}, {@code CFGI_CD}, {@code CFGI_CD_ALL} or {@code ATC_INV} of a stream. */
    public static SmmuCommand ofStream(String smmu, Opcode opcode, StreamId streamId) {
        return new SmmuCommand(smmu, opcode, null, null, streamId, null);
    }

    /** {@code TLBI_NH_ALL} or {@code TLBI_S12_VMALL} of a VMID. */
    public static SmmuCommand ofVmid(String smmu, Opcode opcode, Vmid vmid) {
        return new SmmuCommand(smmu, opcode, vmid, null, null, null);
    }

    public static SmmuCommand tlbiNhAsid(String smmu, Vmid vmid, int asid) {
        return new SmmuCommand(smmu, Opcode.TLBI_NH_ASID, vmid, asid, null, null);
    }

    public static SmmuCommand tlbiNhVa(String smmu, Vmid vmid, int asid, Iova va) {
        return new SmmuCommand(smmu, Opcode.TLBI_NH_VA, vmid, asid, null, va.value());
    }

    public static SmmuCommand tlbiNhVaa(String smmu, Vmid vmid, Iova va) {
        return new SmmuCommand(smmu, Opcode.TLBI_NH_VAA, vmid, null, null, va.value());
    }

    public static SmmuCommand tlbiS2Ipa(String smmu, Vmid vmid, Ipa ipa) {
        return new SmmuCommand(smmu, Opcode.TLBI_S2_IPA, vmid, null, null, ipa.value());
    }

    public static SmmuCommand tlbiNsnhAll(String smmu) {
        return new SmmuCommand(smmu, Opcode.TLBI_NSNH_ALL, null, null, null, null);
    }

    public static SmmuCommand sync(String smmu) {
        return new SmmuCommand(smmu, Opcode.SYNC, null, null, null, null);
    }
}
