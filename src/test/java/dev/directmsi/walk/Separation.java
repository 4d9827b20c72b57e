package dev.directmsi.walk;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.ClearMsiTarget;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.DisableIrqs;
import dev.directmsi.iommufd.command.EnableIrqs;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.ResetDevice;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Invariant 33: an operation on one group changed the copy of no other group.
///
/// @param group the group that the command is about
/// @param tags where each function of another group is: parent, copy and VMID
/// @param copies copies that have no member of the group
record Separation(
        int group, Map<String, String> tags, Map<ObjectId, Map<S2Copy.Key, CopyState>> copies) {

    /// What a command must leave alone; null for one that is about no device.
    static @Nullable Separation before(ContextView context, Command<?> command) {
        ObjectId device =
                switch (command) {
                    case AttachDevice c -> c.devId();
                    case DetachDevice c -> c.devId();
                    case SetMsiTarget c -> c.devId();
                    case ClearMsiTarget c -> c.devId();
                    case ProgramVectors c -> c.devId();
                    case EnableIrqs c -> c.devId();
                    case DisableIrqs c -> c.devId();
                    case ResetDevice c -> c.devId();
                    case UnbindDevice c -> c.devId();
                    default -> null;
                };
        return device == null
                ? null
                : context.find(device, Device.class)
                        .map(bound -> of(context, bound.group()))
                        .orElse(null);
    }

    private static Separation of(ContextView context, int group) {
        var tags = new HashMap<String, String>();
        var copies = new HashMap<ObjectId, Map<S2Copy.Key, CopyState>>();
        for (HwptPaging hwpt : context.all(HwptPaging.class)) {
            context.relations()
                    .copiesOf(hwpt.id())
                    .forEach((key, copy) -> {
                        boolean foreign = true;
                        for (PciFunction member : copy.members()) {
                            foreign &= member.group() != group;
                            if (member.group() != group) {
                                tags.put(
                                        member.name(),
                                        hwpt.id() + " " + key + " vmid " + copy.copy().vmid());
                            }
                        }
                        if (foreign) {
                            copies.computeIfAbsent(hwpt.id(), _ -> new HashMap<>()).put(key, copy);
                        }
                    });
        }
        return new Separation(group, tags, copies);
    }

    void check(ContextView after) {
        Separation now = of(after, group);
        if (!now.tags.equals(tags)) {
            throw new AssertionError("invariant 33: " + tags + " became " + now.tags);
        }
        now.copies.forEach((parent, byKey) ->
                byKey.forEach((key, copy) -> {
                    CopyState before = copies.getOrDefault(parent, Map.of()).get(key);
                    if (before != null && !before.equals(copy)) {
                        throw new AssertionError("invariant 33: " + before + " became " + copy);
                    }
                }));
    }
}
