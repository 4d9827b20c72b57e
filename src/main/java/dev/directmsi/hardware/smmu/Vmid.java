package dev.directmsi.hardware.smmu;

/**
 * The tag that stage-2 TLB entries carry (IHI 0070, 3.3). Unique per stage-2 table on one SMMU: two
 * tables under one VMID would let an entry cached for one device serve another.
 *
 * @param value 1 to 2^vmidBits − 1; 0 is kept for bypass
 */
public record Vmid(int value) {

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
