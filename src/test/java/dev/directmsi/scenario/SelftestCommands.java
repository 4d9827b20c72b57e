package dev.directmsi.scenario;

import dev.directmsi.address.Iova;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AccessRw;
import dev.directmsi.iommufd.command.AddReserved;
import dev.directmsi.iommufd.command.ChangeProcess;
import dev.directmsi.iommufd.command.CheckRefs;
import dev.directmsi.iommufd.command.CreateAccess;
import dev.directmsi.iommufd.command.DestroyAccess;
import dev.directmsi.iommufd.command.MockDomain;
import dev.directmsi.iommufd.command.PinPages;
import dev.directmsi.iommufd.command.ReplaceAccessIoas;
import dev.directmsi.iommufd.command.SetHugePages;
import dev.directmsi.iommufd.command.SetProcess;
import dev.directmsi.iommufd.command.SetRlimitMode;
import dev.directmsi.iommufd.command.SetVfioIoas;
import dev.directmsi.iommufd.command.UnpinPages;
import dev.directmsi.iommufd.command.VfioMapDma;
import dev.directmsi.iommufd.command.VfioSetIommu;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.VmmProcess;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The commands of the kernel's test driver that a line of a scenario means.
final class SelftestCommands {

    private SelftestCommands() {}

    static Command<?> of(Step step, Names names) {
        return switch (step.verb()) {
            case "access" -> new CreateAccess(id(step, names, 0), flags(step));
            case "close-access" -> new DestroyAccess(id(step, names, 0));
            case "move-access" -> new ReplaceAccessIoas(id(step, names, 0), id(step, names, 1));
            case "pin" ->
                    new PinPages(
                            id(step, names, 0),
                            step.number(1),
                            step.number(2),
                            userVa(step.option("va")),
                            flags(step));
            case "unpin" -> new UnpinPages(id(step, names, 0), (int) step.number(1));
            case "read" ->
                    new AccessRw(
                            id(step, names, 0), step.number(1), step.number(2), flags(step), null);
            case "write" -> {
                byte[] data = HexFormat.of().parseHex(step.word(2));
                yield new AccessRw(
                        id(step, names, 0), step.number(1), data.length, 1 | flags(step), data);
            }
            case "reserve" -> new AddReserved(id(step, names, 0), step.number(1), step.number(2));
            case "process" -> {
                String limit = step.option("limit");
                yield new SetProcess(
                        limit == null ? null : Step.number(limit), dropped(step), null);
            }
            case "check-refs" ->
                    new CheckRefs(new UserVa(step.number(0)), step.number(1), step.number(2));
            case "mock" -> new MockDomain(id(step, names, 0), (int) flags(step));
            case "vfio-map" ->
                    new VfioMapDma(
                            step.number(0),
                            new UserVa(step.number(1)),
                            new Iova(step.number(2)),
                            step.number(3));
            case "vfio-unmap" -> new VfioUnmapDma(step.number(0), step.number(1), step.number(2));
            case "vfio-iommu" -> new VfioSetIommu(step.number(0));
            case "rlimit-mode" -> new SetRlimitMode(step.number(0));
            case "huge-pages" -> new SetHugePages(id(step, names, 0), step.number(1));
            case "vfio-ioas" -> new SetVfioIoas(step.words().isEmpty() ? null : id(step, names, 0));
            case "change-process" -> new ChangeProcess();
            default -> MockCommands.of(step, names);
        };
    }

    private static ObjectId id(Step step, Names names, int index) {
        return new ObjectId(names.id(step.word(index)));
    }

    private static @Nullable UserVa userVa(@Nullable String text) {
        return text == null ? null : new UserVa(Step.number(text));
    }

    /// The number behind `flags=`, 0 if there is none.
    static long flags(Step step) {
        String flags = step.option("flags");
        return flags == null ? 0 : Step.number(flags);
    }

    static Set<VmmProcess.Capability> dropped(Step step) {
        String names = step.option("drop");
        return names == null
                ? Set.of()
                : Arrays.stream(names.split(",", -1))
                        .map(VmmProcess.Capability::valueOf)
                        .collect(Collectors.toSet());
    }
}
