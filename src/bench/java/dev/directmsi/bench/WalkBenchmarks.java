package dev.directmsi.bench;

import dev.directmsi.address.Access;
import dev.directmsi.iommufd.DeviceAccess;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// One access of a nested device through both stages, at a million mappings: context descriptor,
/// four levels of stage 1, each through stage 2, and stage 2 of the result.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class WalkBenchmarks {

    private DeviceAccess access;

    @Setup
    public void make() {
        var world = new RuleWorld(1_000_000);
        access = new DeviceAccess(world.state(), world.device);
    }

    @Benchmark
    public Object walked() {
        return access.untold(RuleWorld.DATA_VA + 8, Access.READ, null, null);
    }

    /// With the story of every hop, as it is explained.
    @Benchmark
    public Object explained() {
        return access.access(RuleWorld.DATA_VA + 8, Access.READ, null, null);
    }
}
