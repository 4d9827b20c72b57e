package dev.directmsi.bench;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.DisableIrqs;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Mapping;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What an operation costs without the store: decide, apply, program the hardware. Each is undone
/// before the next, outside of what is timed.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class RuleBenchmarks {

    @Param({"1000", "1000000"})
    public int mappings;

    private final Random random = new Random(1);
    private RuleWorld world;
    private @Nullable Command<?> undo;
    private int number;

    @Setup
    public void make() {
        world = new RuleWorld(mappings);
    }

    @Setup(Level.Invocation)
    public void choose() {
        number = random.nextInt(mappings);
    }

    @TearDown(Level.Invocation)
    public void undo() {
        if (undo != null) {
            world.run(undo);
        }
    }

    /// Into a hole between two others.
    @Benchmark
    public Object mapFixed() {
        long iova = at(number) + RuleWorld.PAGE;
        undo = new UnmapPages(world.ioas, iova, RuleWorld.PAGE);
        return world.run(map(RuleWorld.PAGE, new Iova(iova)));
    }

    /// Four pages do not fit into the holes, which are of three: the first place is behind all.
    @Benchmark
    public Object mapAutomatic() {
        Mapping mapping = world.run(map(RuleWorld.STRIDE, null));
        undo = new UnmapPages(world.ioas, mapping.first(), mapping.length());
        return mapping;
    }

    private static long at(int number) {
        return RuleWorld.IOVA + number * RuleWorld.STRIDE;
    }

    private MapPages map(long length, @Nullable Iova iova) {
        return new MapPages(
                world.ioas, RuleWorld.backing(number & ~3), length, iova, Access.READ_WRITE);
    }

    @Benchmark
    public Object unmap() {
        undo = map(RuleWorld.PAGE, new Iova(at(number)));
        return world.run(new UnmapPages(world.ioas, at(number), RuleWorld.PAGE));
    }

    /// Behind the same SMMU and another ITS: the table gets a new copy.
    @Benchmark
    public Object attach() {
        undo = new DetachDevice(world.sibling.id(), false);
        return world.run(new AttachDevice(world.sibling.id(), world.nested));
    }

    /// Behind another SMMU: the table gets its first copy there.
    @Benchmark
    public Object newCopy() {
        undo = new DetachDevice(world.stranger.id(), false);
        return world.run(new AttachDevice(world.stranger.id(), world.parent));
    }

    @Benchmark
    public Object programVector() {
        undo = new DisableIrqs(world.device.id(), Device.IrqType.MSIX);
        var target = new ProgramVectors.TargetHint(null, new Ipa(0x0809_0040L));
        return world.run(
                new ProgramVectors(
                        world.device.id(),
                        List.of(
                                new ProgramVectors.Request(
                                        0, RuleWorld.MSI_VA + 0x40, 0, target, true, false))));
    }
}
