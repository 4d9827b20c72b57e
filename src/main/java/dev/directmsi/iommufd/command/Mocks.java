package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/** What the commands of the kernel's test driver have in common. */
final class Mocks {

    private Mocks() {}

    /** They exist only where the kernel has its test driver. */
    static void requireSelftest(ContextView context) {
        if (context.host().mocks().isEmpty()) {
            throw SELFTEST_HOST_REQUIRED.refusal("host", context.info().host());
        }
    }

    static ObjectId idOf(BindDevice.Bound bound) {
        return Objects.requireNonNull(bound.mock()).id();
    }

    /** Whether one of the four words of a cache holds a value. */
    static void checkWord(long word, int expected, IntUnaryOperator words) {
        if (word >= MockDevice.CACHE_WORDS) {
            throw MOCK_WORD_INVALID.refusal("word", Long.toString(word));
        }
        int actual = words.applyAsInt((int) word);
        if (actual != expected) {
            throw MOCK_WORD_DIFFERS.refusal(
                    "word",
                    (int) word,
                    "actual",
                    Integer.toUnsignedLong(actual),
                    "expected",
                    Integer.toUnsignedLong(expected));
        }
    }

    /** The test driver's side of a bound device. */
    static MockDevice of(ContextView context, ObjectId deviceId) {
        Device device = context.require(deviceId, Device.class, DEVICE_NOT_FOUND);
        return context.relations().mockOf(device.id()).orElseThrow();
    }

    /** What a device does to memory needs an IOMMU that translates. */
    static void requireTranslation(ContextView context, Device device) {
        if (context.host().mock(context.iommuOf(device)).isPresent()) {
            throw MOCK_WITHOUT_ACCESS.refusal("device", device.function());
        }
    }

    /** The device behind the test driver's id. */
    static Device device(ContextView context, ObjectId mockId) {
        MockDevice mock = context.require(mockId, MockDevice.class, MOCK_DEVICE_NOT_FOUND);
        return context.find(mock.device(), Device.class).orElseThrow();
    }
}
