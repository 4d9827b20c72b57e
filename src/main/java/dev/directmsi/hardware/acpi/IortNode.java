package dev.directmsi.hardware.acpi;

import dev.directmsi.address.AddressRange;
import java.util.List;

/// One node of an IORT.
///
/// @param offset of the node in the table, by which mappings refer to it
/// @param revision of the node's layout
/// @param mappings in the table's order
/// @param body what is particular to its type
public record IortNode(int offset, int revision, List<IdMapping> mappings, Body body) {

    public IortNode {
        mappings = List.copyOf(mappings);
    }

    /// The types of nodes (DEN 0049 E.b, 3.1.1 to 3.1.7).
    public sealed interface Body {}

    /// Type 0: ITSes that are alternatives of each other. Linux uses the first and so does this.
    ///
    /// @param itsIds at least one; what the MADT calls GIC ITS id
    public record ItsGroup(List<Long> itsIds) implements Body {
        public ItsGroup {
            itsIds = List.copyOf(itsIds);
        }
    }

    /// Type 1: a device that is not PCI.
    ///
    /// @param path its name in the ACPI namespace
    public record NamedComponent(String path, MemoryAccess memory) implements Body {}

    /// Type 2: a PCI root complex, the input ids are requester ids.
    ///
    /// @param segment PCI segment, unsigned 32-bit
    /// @param ats the ATS attribute: bit 0 ATS, bit 1 PRI, bit 2 PASIDs are forwarded
    /// @param pasidBits PASID width, 0 before revision 4
    public record RootComplex(long segment, MemoryAccess memory, long ats, int pasidBits)
            implements Body {

        public boolean supportsAts() {
            return (ats & 1) != 0;
        }

        public boolean supportsPri() {
            return (ats & 2) != 0;
        }

        public boolean forwardsPasids() {
            return (ats & 4) != 0;
        }
    }

    /// Type 3: an SMMUv1 or SMMUv2, which this project does not model.
    ///
    /// @param base physical address of its registers
    public record SmmuV2(long base) implements Body {}

    /// Type 4: an SMMUv3.
    ///
    /// @param base physical address of its registers
    /// @param flags bit 0 COHACC override, bits 1 and 2 HTTU override, bit 4 DeviceID mapping valid
    /// @param model 0 generic, 1 HiSilicon HI161X, 2 Cavium CN99xx
    /// @param ownMapping index of the mapping for its own MSIs, which is for no device, or −1
    public record SmmuV3(long base, long flags, long model, int ownMapping) implements Body {

        /// MSIs of the devices behind it are not translated (HiSilicon HI161X).
        public static final long MODEL_HI161X = 1;

        public boolean coherent() {
            return (flags & 1) != 0;
        }

        /// Hardware update of translation tables: 0 means that the register decides.
        public int httu() {
            return (int) (flags >> 1 & 3);
        }
    }

    /// Type 5: a performance monitor counter group; its mapping is for its own interrupt.
    ///
    /// @param base physical address of its registers
    public record Pmcg(long base) implements Body {}

    /// Type 6: memory that must stay mapped 1:1 for the StreamIDs that its mappings put out.
    ///
    /// @param flags bit 0: remapping is permitted
    /// @param ranges not empty
    public record ReservedMemory(long flags, List<AddressRange> ranges) implements Body {
        public ReservedMemory {
            ranges = List.copyOf(ranges);
        }

        public boolean remapPermitted() {
            return (flags & 1) != 0;
        }
    }

    /// A type of a later specification. Skipped; nothing may refer to it.
    public record Unrecognized(int type) implements Body {}

    /// Memory access properties (DEN 0049 E.b, table 14).
    ///
    /// @param coherency the CCA attribute: 1 fully coherent
    /// @param flags bit 0 CPM, bit 1 DACS, bit 2 CANWBS
    public record MemoryAccess(long coherency, int flags) {

        /// The component writes back whatever its transactions ask for, No-Snoop included.
        public boolean alwaysWritesBack() {
            return (flags & 4) != 0;
        }
    }

    /// What problems and explanations call the node.
    String label() {
        return kind() + " at 0x" + Integer.toHexString(offset);
    }

    private String kind() {
        return switch (body) {
            case ItsGroup _ -> "ITS group";
            case NamedComponent(String path, MemoryAccess _) -> "named component " + path;
            case RootComplex rootComplex -> "root complex of segment " + rootComplex.segment();
            case SmmuV2 _ -> "SMMUv2";
            case SmmuV3 _ -> "SMMUv3";
            case Pmcg _ -> "PMCG";
            case ReservedMemory _ -> "reserved memory range";
            case Unrecognized(int type) -> "node of type " + type;
        };
    }
}
