package dev.directmsi.hardware.smmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import org.junit.jupiter.api.Test;

class Stage2DescriptorTest {

    private static final PhysAddr ITS_PAGE = new PhysAddr(0x2205_0000L);
    private static final PhysAddr RAM = new PhysAddr(0x8_8000_0000L);
    private static final PageSize SIZE_2M = new PageSize(0x20_0000);
    private static final PageSize SIZE_512M = new PageSize(0x2000_0000);

    @Test
    void directPageIsWriteOnlyExecuteNeverDevice() {
        for (PageSize granule : new PageSize[] {PageSize.SIZE_4K, PageSize.SIZE_64K}) {
            var page = Stage2Descriptor.directMsiPage(ITS_PAGE, granule);

            assertThat(page.bits()).isEqualTo(0x0060_0000_2205_0687L);
            assertThat(page.outputAddress()).isEqualTo(ITS_PAGE);
            assertThat(page.access()).isEqualTo(Access.WRITE);
            assertThat(page.isDevice()).isTrue();
            assertThat(page.accessFlag()).isTrue();
            assertThat(page.fields())
                    .containsEntry("memAttr", "1 Device-nGnRE")
                    .containsEntry("s2ap", "WRITE")
                    .containsEntry("xn", "11");
        }
    }

    @Test
    void directPagesOfTwoItses() {
        assertThat(direct(0xFE65_0000L)).isEqualTo(0x0060_0000_FE65_0687L);
        assertThat(direct(0xFE67_0000L)).isEqualTo(0x0060_0000_FE67_0687L);
    }

    @Test
    void highestAddressBitIsAnAddressBit() {
        var high = new PhysAddr(0x8000_2205_0000L);

        var page = Stage2Descriptor.directMsiPage(high, PageSize.SIZE_4K);

        assertThat(page.bits()).isEqualTo(0x0060_8000_2205_0687L);
        assertThat(page.outputAddress()).isEqualTo(high);
    }

    private static long direct(long page) {
        return Stage2Descriptor.directMsiPage(new PhysAddr(page), PageSize.SIZE_4K).bits();
    }

    @Test
    void windowPageIsReadableAndExecutable() {
        var page = Stage2Descriptor.windowMsiPage(ITS_PAGE, PageSize.SIZE_4K);

        assertThat(page.bits()).isEqualTo(0x2205_06C7L);
        assertThat(page.isExecutable(false)).isTrue();
    }

    @Test
    void ramWithAndWithoutForcedWriteBack() {
        assertThat(ram(PageSize.SIZE_4K, Access.READ_WRITE, false)).isEqualTo(0x8_8000_07FFL);
        assertThat(ram(PageSize.SIZE_4K, Access.READ_WRITE, true)).isEqualTo(0x8_8000_07DBL);
        assertThat(ram(PageSize.SIZE_4K, Access.READ, false)).isEqualTo(0x8_8000_077FL);
        assertThat(ram(PageSize.SIZE_4K, Access.WRITE, false)).isEqualTo(0x8_8000_07BFL);
    }

    @Test
    void blockHasBitOneClear() {
        assertThat(ram(SIZE_2M, Access.READ_WRITE, false)).isEqualTo(0x8_8000_07FDL);
    }

    private static long ram(PageSize size, Access access, boolean fwb) {
        return Stage2Descriptor.ram(RAM, size, PageSize.SIZE_4K, access, fwb).bits();
    }

    @Test
    void levelsOfLeaves() {
        assertThat(Stage2Descriptor.level(PageSize.SIZE_4K, PageSize.SIZE_4K)).isEqualTo(3);
        assertThat(Stage2Descriptor.level(PageSize.SIZE_4K, SIZE_2M)).isEqualTo(2);
        assertThat(Stage2Descriptor.level(PageSize.SIZE_4K, new PageSize(1 << 30))).isEqualTo(1);
        assertThat(Stage2Descriptor.level(PageSize.SIZE_16K, new PageSize(1 << 25))).isEqualTo(2);
        assertThat(Stage2Descriptor.level(PageSize.SIZE_64K, SIZE_512M)).isEqualTo(2);
        assertThat(Stage2Descriptor.level(PageSize.SIZE_64K, new PageSize(1L << 42))).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stage2Descriptor.level(PageSize.SIZE_64K, SIZE_2M));
    }

    @Test
    void highAddressBitsFoldWith64K() {
        var high = new PhysAddr(0x5_0000_2205_0000L);

        var page = Stage2Descriptor.directMsiPage(high, PageSize.SIZE_64K);

        assertThat(page.bits() & 0xF000).isEqualTo(0x5000);
        assertThat(page.outputAddress()).isEqualTo(high);
    }

    @Test
    void misalignedOutputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Stage2Descriptor.ram(
                                RAM.plus(0x1000), SIZE_2M, PageSize.SIZE_4K, Access.READ, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ram(PageSize.SIZE_4K, Access.NONE, false));
    }
}
