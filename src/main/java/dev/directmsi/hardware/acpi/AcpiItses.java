package dev.directmsi.hardware.acpi;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.acpi.IortNode.ItsGroup;
import dev.directmsi.hardware.acpi.Madt.Translator;
import dev.directmsi.hardware.its.Its;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The ITSes of a MADT, named after their ids, and which of them an ITS group of the IORT means.
final class AcpiItses {

    private static final int EVENT_ID_BITS = 16;

    private final Madt madt;
    private final Map<Long, Long> highestDeviceId = new LinkedHashMap<>();

    /// @throws AcpiProblem where a group names an ITS that the MADT does not have
    AcpiItses(Iort iort, Madt madt) {
        this.madt = madt;
        for (IortNode node : iort.nodes().values()) {
            if (node.body() instanceof ItsGroup group) {
                requireKnown(node, group);
            }
        }
        for (IortNode node : iort.nodes().values()) {
            for (IdMapping mapping : node.mappings()) {
                if (iort.target(mapping).body() instanceof ItsGroup group) {
                    highestDeviceId.merge(first(group), mapping.outputLast(), Math::max);
                }
            }
        }
    }

    private void requireKnown(IortNode node, ItsGroup group) {
        for (int i = 0; i < group.itsIds().size(); i++) {
            if (!madt.translators().containsKey(group.itsIds().get(i))) {
                throw new AcpiProblem(
                        "IORT",
                        node.offset() + 20L + 4L * i,
                        "the %s names ITS id %d, which the MADT does not have"
                                .formatted(node.label(), group.itsIds().get(i)));
            }
        }
    }

    private static Long first(ItsGroup group) {
        return group.itsIds().getFirst();
    }

    /// Takes note of a device: a mapping may be wider than what is wired.
    void seen(DeviceChain chain) {
        if (chain.itsGroup() != null && chain.itsGroup().body() instanceof ItsGroup group) {
            highestDeviceId.merge(first(group), chain.deviceId(), Math::max);
        }
    }

    /// The ITS that the group means: its first, as in Linux.
    @Nullable Its its(@Nullable IortNode node) {
        if (node == null || !(node.body() instanceof ItsGroup group)) {
            return null;
        }
        Translator translator = madt.translators().get(first(group));
        return translator == null ? null : its(translator);
    }

    List<Its> itses() {
        return madt.translators().values().stream().map(this::its).toList();
    }

    private Its its(Translator translator) {
        return new Its(
                name(translator),
                new PhysAddr(translator.base()),
                deviceIdBits(translator),
                EVENT_ID_BITS,
                true);
    }

    private static String name(Translator translator) {
        return "its" + translator.id();
    }

    private int deviceIdBits(Translator translator) {
        return AcpiSmmus.bitsFor(highestDeviceId.getOrDefault(translator.id(), 0L));
    }

    long offset(int index) {
        return List.copyOf(madt.translators().sequencedValues()).get(index).offset();
    }

    List<String> assumed() {
        var assumed = new ArrayList<String>();
        for (Translator translator : madt.translators().values()) {
            assumed.add(name(translator) + ".deviceIdBits: " + deviceIdBits(translator));
            assumed.add(name(translator) + ".eventIdBits: " + EVENT_ID_BITS);
            assumed.add(name(translator) + ".isolated: true");
        }
        return assumed;
    }
}
