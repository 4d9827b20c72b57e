package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Random choices among what a context has: mostly what fits, sometimes anything.
record Choice(ContextView context, RandomGenerator random) {

    private static final Mapping NOWHERE =
            new Mapping(
                    0x1000,
                    0x1fff,
                    new Backing.UserMemory(new UserVa(0)),
                    Access.NONE,
                    new Pages(0, false, false));

    boolean often(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long of(long... values) {
        return values[random.nextInt(values.length)];
    }

    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /// An object of a type, or now and then any number.
    <T extends IommufdObject> ObjectId id(Class<T> type) {
        return id(type, _ -> true);
    }

    /// One that fits, else any of its type.
    <T extends IommufdObject> ObjectId id(Class<T> type, Predicate<T> fitting) {
        List<T> known = context.all(type);
        List<T> fit = known.stream().filter(fitting).toList();
        return known.isEmpty() || often(4)
                ? new ObjectId(random.nextInt(-1, 12))
                : of(fit.isEmpty() ? known : fit).id();
    }

    <T extends IommufdObject> boolean has(Class<T> type) {
        return !context.all(type).isEmpty();
    }

    int count(Class<? extends IommufdObject> type) {
        return context.all(type).size();
    }

    /// Whether a device is behind an SMMU with the Tegra241 extension.
    boolean hasCommandQueues(ObjectId device) {
        return context.find(device, Device.class)
                .map(context::function)
                .flatMap(function -> context.host().smmu(String.valueOf(function.smmu())))
                .filter(smmu -> smmu.commandQueues() > 0)
                .isPresent();
    }

    /// Some mapping of an IOAS, or one that there is not.
    Mapping area(ObjectId ioas) {
        List<Mapping> areas = areas(ioas);
        return areas.isEmpty() ? NOWHERE : of(areas);
    }

    /// All mappings of an IOAS; none where there is no IOAS.
    List<Mapping> areas(ObjectId ioas) {
        var areas = new ArrayList<Mapping>();
        if (context.find(ioas, Ioas.class).isPresent()) {
            context.mappings(ioas).all().forEach(areas::add);
        }
        return areas;
    }

    boolean onMockHost() {
        return !context.host().mocks().isEmpty();
    }

    long page() {
        return context.pageSize().bytes();
    }
}
