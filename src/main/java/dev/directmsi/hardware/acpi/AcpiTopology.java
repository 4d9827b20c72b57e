package dev.directmsi.hardware.acpi;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyProblem;
import dev.directmsi.hardware.pci.TopologyRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A host as its firmware tables describe it.
///
/// @param topology keeps every rule of [TopologyRules]
/// @param assumed what the tables do not say and what was taken instead, `smmu0.oas: 48`; then what
///   was read differently from what they say
/// @param chains how each device is wired, by name, one line per step
public record AcpiTopology(
        Topology topology, List<String> assumed, SequencedMap<String, List<String>> chains) {

    public AcpiTopology {
        assumed = List.copyOf(assumed);
        chains = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(chains));
    }

    /// Reads the tables and finds the SMMU and the ITS of each device.
    ///
    /// @param name of the topology
    /// @param iortContent the IORT, as `/sys/firmware/acpi/tables/IORT` has it
    /// @param madtContent the MADT, as `/sys/firmware/acpi/tables/APIC` has it
    /// @throws AcpiProblem where a table is not sound, or the two contradict each other
    public static AcpiTopology read(
            String name, byte[] iortContent, byte[] madtContent, DeviceList devices) {
        Iort iort = Iort.parse(iortContent);
        Madt madt = Madt.parse(madtContent);
        var smmus = new AcpiSmmus(iort);
        var itses = new AcpiItses(iort, madt);
        var functions = new ArrayList<PciFunction>();
        var chains = new LinkedHashMap<String, List<String>>();
        var wiring = new ArrayList<DeviceChain>();
        for (var address : devices.addresses()) {
            DeviceChain chain = DeviceChain.of(iort, address);
            wiring.add(chain);
            smmus.seen(chain);
            itses.seen(chain);
        }
        var reserved = new AcpiReservedMemory(iort);
        for (DeviceChain chain : wiring) {
            var function = new AcpiFunction(chain, functions.size() + 1, smmus, itses, reserved);
            functions.add(function.function());
            chains.put(chain.address().toString(), function.explanation());
        }
        AcpiRam ram = AcpiRam.beside(smmus.smmus(), itses.itses());
        var topology =
                new Topology(
                        name,
                        PageSize.SIZE_4K,
                        ram.base(),
                        true,
                        smmus.smmus(),
                        itses.itses(),
                        functions);
        refuse(TopologyRules.check(topology), smmus, itses, wiring);

        var assumed = new ArrayList<String>();
        assumed.add("hostPageSize: 4096");
        assumed.add("ramBase: " + ram.base());
        assumed.addAll(smmus.assumed());
        assumed.addAll(itses.assumed());
        assumed.addAll(AcpiFunction.ASSUMED);
        assumed.addAll(iort.repairs());
        assumed.addAll(reserved.repairs());
        return new AcpiTopology(topology, assumed, chains);
    }

    /// Tables can be sound one by one and still describe no machine; the problem is shown where the
    /// tables say what contradicts the rule.
    private static void refuse(
            List<TopologyProblem> problems,
            AcpiSmmus smmus,
            AcpiItses itses,
            List<DeviceChain> wiring) {
        if (problems.isEmpty()) {
            return;
        }
        TopologyProblem first = problems.getFirst();
        int index = first.index();
        if (first.place().startsWith("smmus[")) {
            throw new AcpiProblem("IORT", smmus.offset(index), first.message());
        }
        if (first.place().startsWith("itses[")) {
            throw new AcpiProblem("MADT", itses.offset(index), first.message());
        }
        if (first.place().startsWith("devices[")) {
            List<IdMapping> taken = wiring.get(index).mappings();
            boolean atIts = first.place().endsWith("itsDeviceId");
            long offset =
                    taken.isEmpty() ? 0 : (atIts ? taken.getLast() : taken.getFirst()).offset();
            throw new AcpiProblem("IORT", offset, first.message());
        }
        throw new AcpiProblem("IORT", 0, first.toString());
    }
}
