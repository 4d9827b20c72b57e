package dev.directmsi.scenario;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.UserVa;
import dev.directmsi.hardware.smmu.DefaultSubstream;
import dev.directmsi.hardware.smmu.GuestStage1;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.iommufd.command.ClearMsiTarget;
import dev.directmsi.iommufd.command.ClearVector;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.CreateRegion;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.DisableIrqs;
import dev.directmsi.iommufd.command.EnableIrqs;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.MsiWrite;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.ReadVevents;
import dev.directmsi.iommufd.command.RemoveRegion;
import dev.directmsi.iommufd.command.ResetDevice;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The command that a line of a scenario means.
final class Commands {

    private static final Pattern PIECE =
            Pattern.compile("(0x[0-9a-f]+)->(0x[0-9a-f]+)\\+(0x[0-9a-f]+):(r|w|rw)");

    private Commands() {}

    static Command<?> of(Step step, Names names) {
        return switch (step.verb()) {
            case "ioas" -> new AllocIoas();
            case "region" ->
                    new CreateRegion(
                            new UserVa(step.number(0)), step.number(1), access(step.word(2)), null);
            case "remove-region" -> new RemoveRegion(new UserVa(step.number(0)));
            case "map" ->
                    new MapPages(
                            id(step, names, 0),
                            new Backing.UserMemory(new UserVa(Step.number(option(step, "va")))),
                            step.number(2),
                            step.word(1).equals("auto") ? null : new Iova(step.number(1)),
                            access(step.word(3)));
            case "copy" ->
                    new CopyPages(
                            id(step, names, 0),
                            step.word(1).equals("auto") ? null : new Iova(step.number(1)),
                            id(step, names, 2),
                            step.number(3),
                            step.number(4),
                            access(step.word(5)));
            case "unmap" -> new UnmapPages(id(step, names, 0), step.number(1), step.number(2));
            case "allow" ->
                    new AllowIovas(
                            id(step, names, 0),
                            step.words().stream().skip(1).map(Commands::bounds).toList());
            case "bind" -> new BindDevice(step.word(0));
            case "unbind" -> new UnbindDevice(id(step, names, 0), null);
            case "hwpt" ->
                    new AllocHwpt(
                            id(step, names, 0),
                            id(step, names, 1),
                            flags(step.words().size() > 2 ? step.word(2) : ""),
                            0,
                            DriverData.NONE,
                            step.option("fault") == null
                                    ? null
                                    : new ObjectId(names.id(option(step, "fault"))));
            case "nested" -> nested(step, names);
            case "viommu" ->
                    new AllocViommu(id(step, names, 0), id(step, names, 1), 1, 0, DriverData.NONE);
            case "vdevice" ->
                    new AllocVdevice(id(step, names, 0), id(step, names, 1), step.number(2));
            case "veventq" -> new AllocVeventq(id(step, names, 0), 1, step.number(1), 0);
            case "events" -> new ReadVevents(id(step, names, 0), step.number(1));
            case "stage1" -> stage1(step, names);
            case "attach" -> new AttachDevice(id(step, names, 0), id(step, names, 1));
            case "detach" -> new DetachDevice(id(step, names, 0), step.words().contains("quiesce"));
            case "destroy" -> new DestroyObject(id(step, names, 0), null);
            case "target" ->
                    new SetMsiTarget(
                            id(step, names, 0),
                            ipa(step.option("frame")),
                            ipa(step.option("doorbell")));
            case "clear-target" -> new ClearMsiTarget(id(step, names, 0));
            case "vector" ->
                    new ProgramVectors(
                            id(step, names, 0),
                            List.of(
                                    new ProgramVectors.Request(
                                            (int) step.number(1),
                                            step.number(2),
                                            0,
                                            hint(step),
                                            !step.words().contains("stage"),
                                            step.words().contains("masked"))));
            case "clear-vector" -> new ClearVector(id(step, names, 0), (int) step.number(1));
            case "enable" ->
                    new EnableIrqs(
                            id(step, names, 0),
                            IrqType.valueOf(step.word(1)),
                            step.number(2),
                            step.number(3));
            case "disable" -> new DisableIrqs(id(step, names, 0), IrqType.valueOf(step.word(1)));
            case "reset" -> new ResetDevice(id(step, names, 0));
            case "msi-write" -> msiWrite(step, names);
            case "invalidate" -> invalidate(step, names);
            default -> TrackingCommands.of(step, names);
        };
    }

    private static ObjectId id(Step step, Names names, int index) {
        return new ObjectId(names.id(step.word(index)));
    }

    static String option(Step step, String key) {
        String value = step.option(key);
        if (value == null) {
            throw new IllegalArgumentException(step.verb() + " needs " + key + "=");
        }
        return value;
    }

    static Access access(String word) {
        return Access.of(word.contains("r"), word.contains("w"));
    }

    private static AllowIovas.Bounds bounds(String word) {
        String[] ends = word.split("\\.\\.", -1);
        return new AllowIovas.Bounds(Step.number(ends[0]), Step.number(ends[1]));
    }

    static Set<HwptFlag> flags(String word) {
        var flags = EnumSet.noneOf(HwptFlag.class);
        Arrays.stream(word.split(",", -1))
                .filter(flag -> !flag.isEmpty())
                .map(HwptFlag::valueOf)
                .forEach(flags::add);
        return flags;
    }

    private static @Nullable Ipa ipa(@Nullable String text) {
        return text == null ? null : new Ipa(Step.number(text));
    }

    private static ProgramVectors.@Nullable TargetHint hint(Step step) {
        return step.option("frame") == null && step.option("doorbell") == null
                ? null
                : new ProgramVectors.TargetHint(
                        ipa(step.option("frame")), ipa(step.option("doorbell")));
    }

    /// Two words of a guest STE, written `0x…,0x…`.
    static long[] ste(Step step, Names names) {
        String[] words = names.get(step.word(2)).split(",", -1);
        return new long[] {Step.number(words[0]), Step.number(words[1])};
    }

    private static AllocHwpt nested(Step step, Names names) {
        long[] ste = ste(step, names);
        return new AllocHwpt(
                id(step, names, 0),
                id(step, names, 1),
                Set.of(),
                0,
                DriverData.ofSte(ste[0], ste[1]),
                null);
    }

    private static BuildStage1 stage1(Step step, Names names) {
        String s1dss = step.option("s1dss");
        var contexts = new ArrayList<GuestStage1.Context>();
        contexts.add(new GuestStage1.Context(0, 1, pieces(step.words())));
        if (step.option("pasid") != null) {
            contexts.add(
                    new GuestStage1.Context(
                            (int) Step.number(option(step, "pasid")), 2, List.of()));
        }
        return new BuildStage1(
                id(step, names, 0),
                new Ipa(Step.number(option(step, "cd"))),
                new Ipa(Step.number(option(step, "tables"))),
                PageSize.SIZE_4K,
                s1dss == null ? DefaultSubstream.SUBSTREAM_0 : DefaultSubstream.valueOf(s1dss),
                contexts);
    }

    static List<GuestStage1.Mapping> pieces(List<String> words) {
        var pieces = new ArrayList<GuestStage1.Mapping>();
        for (String word : words) {
            Matcher piece = PIECE.matcher(word);
            if (piece.matches()) {
                pieces.add(
                        new GuestStage1.Mapping(
                                new Iova(Step.number(piece.group(1))),
                                new Ipa(Step.number(piece.group(2))),
                                Step.number(piece.group(3)),
                                access(piece.group(4))));
            }
        }
        return pieces;
    }

    private static MsiWrite msiWrite(Step step, Names names) {
        return step.words().size() == 2
                ? new MsiWrite(id(step, names, 0), (int) step.number(1), null)
                : new MsiWrite(
                        id(step, names, 0),
                        null,
                        new MsiMessage(step.number(1), (int) step.number(2)));
    }

    /// `invalidate viommu 0x10,0x0 0x6,…`: pairs of command words.
    private static InvalidateHwpt invalidate(Step step, Names names) {
        int count = step.words().size() - 1;
        ByteBuffer entries = ByteBuffer.allocate(count * 16).order(ByteOrder.LITTLE_ENDIAN);
        step.words().stream()
                .skip(1)
                .forEach(pair -> {
                    String[] words = pair.split(",", -1);
                    entries.putLong(Step.number(words[0])).putLong(Step.number(words[1]));
                });
        return new InvalidateHwpt(
                id(step, names, 0),
                new UserArray(UserArray.ARM_SMMUV3, count, 16, entries.array()));
    }
}
