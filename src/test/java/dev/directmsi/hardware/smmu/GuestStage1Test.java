package dev.directmsi.hardware.smmu;

import static dev.directmsi.hardware.smmu.Bench.CD_TABLE;
import static dev.directmsi.hardware.smmu.Bench.TABLES;
import static dev.directmsi.hardware.smmu.Bench.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.smmu.GuestStage1.Context;
import dev.directmsi.hardware.smmu.GuestStage1.Mapping;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestStage1Test {

    @Test
    void onePageNeedsFourTables() {
        var stage1 = build(page(0xFFFF_F000L, 0x0809_0000L));

        assertThat(stage1.ste0()).isEqualTo(0x4010_000BL);
        assertThat(stage1.ste1()).isEqualTo(0xD6L);
        assertThat(stage1.images().stream().map(TableImage::base))
                .containsExactly(
                        CD_TABLE,
                        TABLES,
                        TABLES.plus(0x1000),
                        TABLES.plus(0x2000),
                        TABLES.plus(0x3000));
        assertThat(stage1.images().getFirst().word(0)).isEqualTo(0x0001_E205_C000_3510L);
        assertThat(stage1.images().get(1).word(0)).isEqualTo(TABLES.value() + 0x1003);
        assertThat(stage1.images().get(2).word(3)).isEqualTo(TABLES.value() + 0x2003);
        assertThat(stage1.images().get(4).word(0x1FF)).isEqualTo(0x0809_0F47L);
    }

    @Test
    void imageIsLittleEndian() {
        var image = build(page(0, 0x4000_0000L)).images().getFirst();

        assertThat(image.bytes()).hasSize(64);
        assertThat(ByteBuffer.wrap(image.bytes()).order(ByteOrder.LITTLE_ENDIAN).getLong(0))
                .isEqualTo(image.word(0));
    }

    @Test
    void accessBecomesReadOnlyOrReadWrite() {
        assertThat(leaf(Access.READ)).isEqualTo(0x4000_0FC7L);
        assertThat(leaf(Access.READ_WRITE)).isEqualTo(0x4000_0F47L);
        assertThat(leaf(Access.WRITE)).isEqualTo(0x4000_0F47L);
    }

    private static long leaf(Access access) {
        return build(mapping(0, 0x4000_0000L, 0x1000, access)).images().get(4).word(0);
    }

    @Test
    void alignedRangesBecomeBlocks() {
        var stage1 = build(mapping(0x4000_0000L, 0x8000_0000L, 0x4020_1000L, Access.READ_WRITE));

        // Context, then levels 0 and 1 with a 1G block, level 2 with a 2M block, level 3.
        assertThat(stage1.images()).hasSize(5);
        assertThat(stage1.images().get(2).word(1)).isEqualTo(0x8000_0F45L);
        assertThat(stage1.images().get(3).word(0)).isEqualTo(0xC000_0F45L);
        assertThat(stage1.images().get(4).word(0)).isEqualTo(0xC020_0F47L);
    }

    @Test
    void contextsOfPasids() {
        var stage1 =
                GuestStage1.build(
                        CD_TABLE,
                        TABLES,
                        PageSize.SIZE_4K,
                        DefaultSubstream.BYPASS,
                        List.of(
                                new Context(3, 7, List.of(page(0, 0x4000_0000L))),
                                new Context(70, 8, List.of())));

        // Seven bits of PASID; two pages of 64 contexts.
        assertThat(stage1.ste0()).isEqualTo(0x3800_0000_4010_000BL);
        assertThat(stage1.ste1()).isEqualTo(0xD5L);
        assertThat(stage1.images().get(0).word(3 * 8) >>> 48).isEqualTo(7);
        assertThat(stage1.images().get(0).word(0)).isZero();
        assertThat(stage1.images().get(1).base()).isEqualTo(CD_TABLE.plus(0x1000));
        assertThat(stage1.images().get(1).word(6 * 8) >>> 48).isEqualTo(8);
    }

    @Test
    void whatCannotBeBuiltIsNamed() {
        refused("VA 0x800 ", page(0x800, 0x4000_0000L));
        refused("IPA 0x40000800 ", page(0, 0x4000_0800L));
        refused("length 0 ", mapping(0, 0, 0, Access.READ));
        refused("length 4097 ", mapping(0, 0, 0x1001, Access.READ));
        refused("VA 0xfffffffff000 ", mapping(0xFFFF_FFFF_F000L, 0, 0x2000, Access.READ));
        refused("IPA 0xfffffffff000 ", mapping(0, 0xFFFF_FFFF_F000L, 0x2000, Access.READ));
        refused("VA 0x1000 ", mapping(0x1000, 0, -0x1000, Access.READ));
        refused("VA 0x1000 ", mapping(0x1000, 0, 0x1000, Access.NONE));
        refused("VA 0x2000 ", mapping(0x1000, 0, 0x2000, Access.READ), page(0x2000, 0));
        refused("VA 0x1000 ", mapping(0x1000, 0, 0x1_0000_0000L, Access.READ));
    }

    private static void refused(String value, Mapping... mappings) {
        assertThatExceptionOfType(InvalidStage1Exception.class)
                .isThrownBy(() -> build(mappings))
                .withMessageContaining(value);
    }

    @Test
    void whatDoesNotFitWhereItShallGoIsNamed() {
        refused("0x40100020", new Ipa(0x4010_0020L), TABLES, new Context(0, 1, List.of()));
        refused("0x40100040", new Ipa(0x4010_0040L), TABLES, new Context(1, 1, List.of()));
        refused("0x41000800", CD_TABLE, TABLES.plus(0x800), new Context(0, 1, List.of()));
        refused("0x40100000", CD_TABLE, CD_TABLE, new Context(0, 1, List.of()));
        refused("0x1000000000000 ", CD_TABLE, new Ipa(0xFFFF_FFFF_F000L), full());
        refused("PASID 1048576", CD_TABLE, TABLES, new Context(1 << 20, 1, List.of()));
        refused("PASID -1", CD_TABLE, TABLES, new Context(-1, 1, List.of()));
        refused("ASID 65536", CD_TABLE, TABLES, new Context(0, 1 << 16, List.of()));
        refused(
                "PASID 4",
                CD_TABLE,
                TABLES,
                new Context(4, 1, List.of()),
                new Context(4, 2, List.of()));
        refused("no contexts", CD_TABLE, TABLES);
    }

    private static Context full() {
        return new Context(0, 1, List.of(page(0, 0)));
    }

    private static void refused(String value, Ipa cdTable, Ipa tables, Context... contexts) {
        assertThatExceptionOfType(InvalidStage1Exception.class)
                .isThrownBy(() ->
                        GuestStage1.build(
                                cdTable,
                                tables,
                                PageSize.SIZE_4K,
                                DefaultSubstream.SUBSTREAM_0,
                                List.of(contexts)))
                .withMessageContaining(value);
    }

    private static Mapping mapping(long va, long ipa, long length, Access access) {
        return new Mapping(new Iova(va), new Ipa(ipa), length, access);
    }

    private static GuestStage1 build(Mapping... mappings) {
        return GuestStage1.build(
                CD_TABLE,
                TABLES,
                PageSize.SIZE_4K,
                DefaultSubstream.SUBSTREAM_0,
                List.of(new Context(0, 1, List.of(mappings))));
    }
}
