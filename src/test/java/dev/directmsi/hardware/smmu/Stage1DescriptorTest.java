package dev.directmsi.hardware.smmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.Stage1Descriptor.Kind;
import org.junit.jupiter.api.Test;

class Stage1DescriptorTest {

    private static final PageSize SIZE_2M = new PageSize(0x20_0000);

    @Test
    void ramOfLinux() {
        assertThat(ram(Access.READ_WRITE).bits()).isEqualTo(0x8_8000_0F47L);
        assertThat(ram(Access.READ).bits()).isEqualTo(0x8_8000_0FC7L);
        assertThat(ram(Access.READ_WRITE).withDirtyBitModifier().bits())
                .isEqualTo(0x8_0008_8000_0F47L);
    }

    @Test
    void thereIsNoWriteOnlyEncoding() {
        assertThat(ram(Access.WRITE)).isEqualTo(ram(Access.READ_WRITE));
        assertThat(ram(Access.WRITE).access(false, false)).isEqualTo(Access.READ_WRITE);
        assertThatIllegalArgumentException().isThrownBy(() -> ram(Access.NONE));
    }

    @Test
    void windowPageIsDeviceMemory() {
        var page = Stage1Descriptor.windowMsiPage(new PhysAddr(0x2205_0000L), PageSize.SIZE_4K);

        assertThat(page.bits()).isEqualTo(0x2205_0E4BL);
        assertThat(page.fields())
                .containsEntry("attrIndx", "2")
                .containsEntry("ap", "read-write")
                .containsEntry("nG", "1");
        assertThat((ContextDescriptor.MAIR >>> 16) & 0xFF).isEqualTo(0x04);
    }

    @Test
    void kindsByLevel() {
        assertThat(kind(3, 3)).isEqualTo(Kind.PAGE);
        assertThat(kind(3, 2)).isEqualTo(Kind.TABLE);
        assertThat(kind(1, 2)).isEqualTo(Kind.BLOCK);
        assertThat(kind(1, 1)).isEqualTo(Kind.BLOCK);
        assertThat(kind(1, 0)).isEqualTo(Kind.INVALID);
        assertThat(kind(1, 3)).isEqualTo(Kind.INVALID);
        assertThat(kind(2, 3)).isEqualTo(Kind.INVALID);
        assertThat(kind(0, 2)).isEqualTo(Kind.INVALID);
        assertThat(new Stage1Descriptor(1, PageSize.SIZE_16K, 1).kind()).isEqualTo(Kind.INVALID);
    }

    private static Kind kind(long bits, int level) {
        return new Stage1Descriptor(bits, PageSize.SIZE_4K, level).kind();
    }

    @Test
    void blockAndTableAddresses() {
        var block =
                Stage1Descriptor.ram(0x4020_0000L, SIZE_2M, PageSize.SIZE_4K, Access.READ_WRITE);
        var table = Stage1Descriptor.table(0x4100_1000L, PageSize.SIZE_4K, 2);

        assertThat(block.bits()).isEqualTo(0x4020_0F45L);
        assertThat(block.address()).isEqualTo(0x4020_0000L);
        assertThat(block.level()).isEqualTo(2);
        assertThat(table.bits()).isEqualTo(0x4100_1003L);
        assertThat(table.address()).isEqualTo(0x4100_1000L);
        assertThat(table.fields()).containsEntry("nextTable", "0x41001000");
    }

    private static Stage1Descriptor ram(Access access) {
        return Stage1Descriptor.ram(0x8_8000_0000L, PageSize.SIZE_4K, PageSize.SIZE_4K, access);
    }
}
