package dev.directmsi.msi;

import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.its.Its;
import org.jspecify.annotations.Nullable;

/**
 * Where the guest sees the doorbell of its device: the IPA that stage 2 has to lead to the device's
 * real ITS (the proposal, step 1). It is given in one of two ways and never guessed which.
 */
public sealed interface MsiTarget {

    /** The IPA of the register that the device writes. */
    Ipa doorbell();

    /** The frame base, where the target was given as one. */
    @Nullable Ipa frameBase();

    /** The guest's ITS frame, 64 KiB aligned; its GITS_TRANSLATER is the doorbell. */
    record FrameBase(Ipa base) implements MsiTarget {
        @Override
        public Ipa doorbell() {
            return base.plus(Its.TRANSLATER_OFFSET);
        }

        @Override
        public Ipa frameBase() {
            return base;
        }
    }

    /** The doorbell register itself. */
    record Register(Ipa doorbell) implements MsiTarget {
        @Override
        public @Nullable Ipa frameBase() {
            return null;
        }
    }
}
