package dev.directmsi.scenario;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocHwQueue;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.CheckMockCache;
import dev.directmsi.iommufd.command.CheckMockIotlb;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.command.MapWindow;
import dev.directmsi.iommufd.command.ReplaceMockDomain;
import dev.directmsi.iommufd.command.TriggerVevent;
import dev.directmsi.iommufd.command.UnmapWindow;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Set;

/// Lines of a scenario about mock devices, and about what has a type of its own on each driver.
final class MockCommands {

    private MockCommands() {}

    static Command<?> of(Step step, Names names) {
        return switch (step.verb()) {
            case "move-mock" -> new ReplaceMockDomain(id(step, names, 0), id(step, names, 1));
            case "nest" ->
                    new AllocHwpt(
                            id(step, names, 0),
                            id(step, names, 1),
                            Set.of(),
                            0,
                            new DriverData(DriverData.SELFTEST, word(step.number(2))),
                            null);
            case "viommu-of" ->
                    new AllocViommu(
                            id(step, names, 0),
                            id(step, names, 1),
                            (int) step.number(2),
                            0,
                            new DriverData(0, data(step)));
            case "queue-events" ->
                    new AllocVeventq(id(step, names, 0), (int) step.number(1), step.number(2), 0);
            case "hw-queue" ->
                    new AllocHwQueue(
                            id(step, names, 0),
                            (int) step.number(1),
                            step.number(2),
                            step.number(3),
                            step.number(4),
                            0);
            case "invalidate-raw" -> invalidate(step, names);
            case "iotlb" ->
                    new CheckMockIotlb(id(step, names, 0), step.number(1), (int) step.number(2));
            case "cache" ->
                    new CheckMockCache(id(step, names, 0), step.number(1), (int) step.number(2));
            case "trigger" -> new TriggerVevent(id(step, names, 0));
            case "mmap" ->
                    new MapWindow(
                            step.number(0),
                            step.number(1),
                            !step.words().contains("private"),
                            step.words().contains("executable"));
            case "munmap" -> new UnmapWindow(step.number(0));
            default -> throw new IllegalArgumentException("no verb " + step.verb());
        };
    }

    private static InvalidateHwpt invalidate(Step step, Names names) {
        byte[] entries = step.words().size() == 3 ? new byte[0] : hex(step, 3);
        long length = step.number(2);
        return new InvalidateHwpt(
                id(step, names, 0),
                new UserArray((int) step.number(1), entries.length / length, length, entries));
    }

    /// 32-bit words, written `1,0x2,…`, as bytes.
    static byte[] hex(Step step, int index) {
        String[] words = step.word(index).split(",", -1);
        ByteBuffer bytes =
                ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (String word : words) {
            bytes.putInt((int) Step.number(word));
        }
        return bytes.array();
    }

    static byte[] word(long value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array();
    }

    static byte[] data(Step step) {
        String data = step.option("data");
        return data == null ? new byte[0] : HexFormat.of().parseHex(data);
    }

    private static ObjectId id(Step step, Names names, int index) {
        return new ObjectId(names.id(step.word(index)));
    }
}
