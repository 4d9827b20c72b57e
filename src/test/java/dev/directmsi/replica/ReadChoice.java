package dev.directmsi.replica;

import java.util.Random;

/// Reads by chance.
final class ReadChoice {

    private final Random random;

    ReadChoice(Random random) {
        this.random = random;
    }

    private int id() {
        return 1 + random.nextInt(random.nextBoolean() ? 3 : 9);
    }

    Operation of(Workload workload) {
        return switch (random.nextInt(16)) {
            case 0, 1 -> workload.read("");
            case 2, 3 -> workload.read("/objects?limit=1000");
            case 4 -> workload.read("/objects/" + id());
            case 5, 6 -> workload.read("/ioas/1/mappings?limit=1000");
            case 7 -> workload.read("/ioas/" + id() + "/iova-ranges");
            case 8 -> workload.read("/devices?limit=1000");
            case 9 -> workload.read("/hwpts/" + id() + "/s2-copies");
            case 10 -> workload.read("/devices/" + id() + "/msi-vectors");
            case 11 -> workload.read("/memory/regions");
            case 12 ->
                    workload.read(
                            "/devices/" + id() + "/explain",
                            "{\"access\":\"WRITE\",\"address\":\"0x8090040\",\"data\":0}");
            case 13 ->
                    workload.read(
                            "/devices/" + id() + "/explain",
                            "{\"access\":\"READ\",\"address\":\"0x40000000\"}");
            case 14 -> workload.read("/devices/" + id() + "/msi-target");
            default ->
                    workload.read(
                            "/msi/plan",
                            "{\"devices\":[{\"device\":\"0000:01:00.0\",\"doorbell\":\"0x8090040\"}]}");
        };
    }
}
