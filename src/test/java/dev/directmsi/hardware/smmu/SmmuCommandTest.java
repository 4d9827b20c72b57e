package dev.directmsi.hardware.smmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.directmsi.hardware.smmu.SmmuCommand.Opcode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SmmuCommandTest {

    @Test
    void opcodes() {
        assertThat(Arrays.stream(Opcode.values()).map(Opcode::code))
                .containsExactly(
                        0x03, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x28, 0x2A, 0x30, 0x40, 0x46);
    }

    @Test
    void operandsMustBeThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SmmuCommand("smmu0", Opcode.CFGI_CD, null, null, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new SmmuCommand("smmu0", Opcode.TLBI_NH_VA, new Vmid(1), null, null, 0L));
    }
}
