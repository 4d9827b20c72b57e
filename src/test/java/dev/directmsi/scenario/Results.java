package dev.directmsi.scenario;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Landing;
import dev.directmsi.iommufd.MsiPage;
import dev.directmsi.iommufd.command.AccessRw;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.command.GetDirtyBitmap;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.command.MarkDirty;
import dev.directmsi.iommufd.command.MockDomain;
import dev.directmsi.iommufd.command.MsiWrite;
import dev.directmsi.iommufd.command.ReadVevents;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.VectorState;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// Replies of commands as a scenario writes them.
final class Results {

    private Results() {}

    static String of(Object reply) {
        return switch (reply) {
            case IommufdObject object -> object.id().toString();
            case Mapping mapping -> mapping.range().toString();
            case CopyPages.Copied copied -> copied.range().toString();
            case VfioUnmapDma.Unmapped unmapped -> Address.hex(unmapped.bytes());
            case MockDomain.Made made -> made.mockId().toString();
            case KernelAccess.Pin pin -> Integer.toString(pin.number());
            case AccessRw.Copied copied ->
                    copied.data() == null ? "done" : HexFormat.of().formatHex(copied.data());
            case MemoryRegion region -> region.physical().toString();
            case UnmapPages.Unmapped unmapped -> Address.hex(unmapped.bytes());
            case BuildStage1.Built built ->
                    Address.hex(built.ste0()) + "," + Address.hex(built.ste1());
            case AttachDevice.Attached attached ->
                    attached.copy() == null
                            ? "attached"
                            : attached.copy().key() + " vmid " + attached.copy().vmid();
            case SetMsiTarget.TargetSet target ->
                    Address.hex(target.ipaPage().first())
                            + " "
                            + target.its().name()
                            + " "
                            + Address.hex(target.itsPage().first())
                            + (target.effective() ? " effective" : " pending");
            case MsiWrite.Written written -> landing(written.journey().landing());
            case InvalidateHwpt.Invalidated invalidated -> Integer.toString(invalidated.handled());
            case GetDirtyBitmap.Dirty dirty ->
                    dirty.ranges().stream().map(Results::item).collect(Collectors.joining("; "));
            case MarkDirty.Marked marked -> Integer.toString(marked.dirty());
            case Dma.Transferred transferred ->
                    transferred.parts().stream()
                            .map(part -> landing(part.journey().landing()))
                            .collect(Collectors.joining("; "));
            case MmapWindow window -> Integer.toUnsignedString(window.word());
            case List<?> list -> list.stream().map(Results::item).collect(Collectors.joining("; "));
            default -> "done";
        };
    }

    private static String item(Object item) {
        return switch (item) {
            case MsiVector vector -> vector(vector);
            case ReadVevents.Vevent event
                    when event.event() != null && event.queueType() == Veventq.SELFTEST ->
                    event.sequence() + " virtual " + Address.hex(event.event().word0());
            case ReadVevents.Vevent event ->
                    event.event() == null
                            ? "LOST " + event.sequence()
                            : event.sequence()
                                    + " "
                                    + words(
                                            event.event().word0(),
                                            event.event().word1(),
                                            event.event().word2(),
                                            event.event().word3());
            case SmmuCommand command -> command(command);
            case AddressRange range -> range.toString();
            case PageFault fault ->
                    fault.cookie()
                            + " "
                            + fault.device()
                            + " "
                            + fault.pasid()
                            + " "
                            + fault.grpid()
                            + " "
                            + Address.hex(fault.addr());
            default -> String.valueOf(item);
        };
    }

    static String vector(MsiVector vector) {
        return switch (vector.state()) {
            case VectorState.Staged staged ->
                    vector.index() + " STAGED " + Address.hex(staged.guest().address());
            case VectorState.Active active ->
                    vector.index()
                            + " ACTIVE "
                            + message(active.device())
                            + " for "
                            + message(active.physical())
                            + " "
                            + active.origin();
        };
    }

    private static String message(MsiMessage message) {
        return Address.hex(message.address()) + "/" + Integer.toUnsignedString(message.data());
    }

    static String landing(Landing landing) {
        return switch (landing) {
            case Landing.Delivered d ->
                    "DELIVERED "
                            + d.its()
                            + " 0x"
                            + Integer.toHexString(d.deviceId())
                            + " "
                            + d.eventId()
                            + " "
                            + d.lpi();
            case Landing.WrongIts w -> "WRONG_ITS " + w.its();
            case Landing.ItsDropped d ->
                    "ITS_DROPPED "
                            + d.its()
                            + " 0x"
                            + Integer.toHexString(d.deviceId())
                            + " "
                            + d.eventId();
            case Landing.LostSilent l -> "LOST_SILENT " + l.address();
            case Landing.Memory m -> "MEMORY " + m.address();
            case Landing.Faulted f ->
                    "FAULT "
                            + words(
                                    f.fault().event().q0(),
                                    f.fault().event().q1(),
                                    f.fault().event().q2(),
                                    f.fault().event().q3());
            case Landing.Pending _ -> "PENDING";
            case Landing.AbortSilent _ -> "ABORT_SILENT";
            case Landing.BusError b -> "BUS_ERROR " + b.address();
            case Landing.Masked _ -> "MASKED";
            case Landing.NotIssued _ -> "NOT_ISSUED";
        };
    }

    static String words(long... words) {
        return java.util.Arrays.stream(words)
                .mapToObj(Address::hex)
                .collect(Collectors.joining(" "));
    }

    /// What the SMMUs were told in a reply.
    static String commands(Object reply) {
        List<SmmuCommand> commands =
                switch (reply) {
                    case UnmapPages.Unmapped unmapped -> unmapped.smmuCommands();
                    case AttachDevice.Attached attached -> attached.smmuCommands();
                    case DetachDevice.Detached detached -> detached.smmuCommands();
                    case SetMsiTarget.TargetSet target -> target.smmuCommands();
                    case InvalidateHwpt.Invalidated invalidated -> invalidated.smmuCommands();
                    default -> List.of();
                };
        return commands.stream().map(Results::command).collect(Collectors.joining("; "));
    }

    static String command(SmmuCommand command) {
        return command.smmu()
                + " "
                + command.opcode()
                + (command.vmid() == null ? "" : " vmid=" + command.vmid())
                + (command.streamId() == null ? "" : " sid=" + command.streamId())
                + (command.address() == null ? "" : " " + Address.hex(command.address()));
    }

    /// The copies of a nest parent: `smmu0.its0 vmid=1 0x8090000->0x22050000`.
    static String copies(ContextView context, ObjectId hwpt) {
        return context.relations().copiesOf(hwpt).values().stream()
                .map(Results::copy)
                .collect(Collectors.joining("; "));
    }

    private static String copy(CopyState copy) {
        StringBuilder text = new StringBuilder(copy.copy().key() + " vmid=" + copy.copy().vmid());
        for (MsiPage page : copy.msiPages().values()) {
            text.append(' ')
                    .append(Address.hex(page.ipa().first()))
                    .append("->")
                    .append(page.page());
        }
        return text.toString();
    }
}
