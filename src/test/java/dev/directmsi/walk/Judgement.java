package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.AccessRw;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.ClearVector;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.command.PlanMsi;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.PutFile;
import dev.directmsi.iommufd.command.ReplaceAccessIoas;
import dev.directmsi.iommufd.command.ResetDevice;
import dev.directmsi.iommufd.command.SetBusMaster;
import dev.directmsi.iommufd.command.SetHugePages;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.command.SetProcess;
import dev.directmsi.iommufd.command.SetVfioIoas;
import dev.directmsi.iommufd.command.WriteMemory;
import dev.directmsi.walk.Truth.Verdict;
import java.util.Arrays;

/// Compares what became of a command with the first oracle's verdict on it.
final class Judgement {

    private Judgement() {}

    /// Accepted, and with the same reply.
    ///
    /// @param exact false where a stale hint may have chosen another free VMID
    static void accepted(Verdict verdict, Object reply, boolean exact) {
        Walk.require(
                verdict instanceof Verdict.Accepts accepts
                        && (!exact || same(accepts.reply(), reply)),
                "accepted with",
                reply,
                "from the store",
                verdict);
    }

    private static boolean same(Object one, Object other) {
        return switch (one) {
            case Dma.Transferred a ->
                    other instanceof Dma.Transferred b
                            && a.parts().equals(b.parts())
                            && Arrays.equals(a.data(), b.data());
            case AccessRw.Copied a ->
                    other instanceof AccessRw.Copied b && Arrays.equals(a.data(), b.data());
            case PlanMsi.Plan a -> // refusals have no equality
                    other instanceof PlanMsi.Plan b
                            && a.copies().equals(b.copies())
                            && a.demands().equals(b.demands());
            default -> one.equals(other);
        };
    }

    /// Refused, and for the same reason with the same values.
    static void refused(Verdict verdict, Rejection rejection) {
        Walk.require(
                verdict instanceof Verdict.Refuses refuses
                        && refuses.rejection().reason() == rejection.reason()
                        && refuses.rejection().params().equals(rejection.params()),
                "refused with",
                rejection,
                "from the store",
                verdict);
    }

    /// 38: an idempotent operation that is repeated changes nothing.
    static void repeatable(Truth after, ContextId id, Command<?> command, Verdict verdict) {
        boolean idempotent =
                switch (command) {
                    case AllowIovas _,
                            SetHugePages _,
                            SetVfioIoas _,
                            ReplaceAccessIoas _,
                            SetProcess _,
                            AttachDevice _,
                            ClearVector _,
                            DetachDevice _,
                            ProgramVectors _,
                            PutFile _,
                            ResetDevice _,
                            SetBusMaster _,
                            SetMsiTarget _,
                            WriteMemory _ ->
                            true;
                    default -> false;
                };
        if (idempotent && verdict instanceof Verdict.Accepts) {
            Verdict again = after.decide(id, command);
            Walk.require(
                    again instanceof Verdict.Accepts && again.changes().isEmpty(),
                    "invariant 38",
                    command,
                    again);
        }
    }
}
