package dev.directmsi.replica;

import java.util.Random;

/// Changes by chance: method, path below the context, body.
final class ChangeChoice {

    private final Random random;

    ChangeChoice(Random random) {
        this.random = random;
    }

    private int id() {
        return 1 + random.nextInt(random.nextBoolean() ? 3 : 9);
    }

    /// Mostly the one that every context begins with.
    private int ioas() {
        return random.nextInt(4) > 0 ? 1 : id();
    }

    private int bound() {
        return random.nextInt(3) > 0 ? 2 : id();
    }

    private int table() {
        return random.nextBoolean() ? 3 : id();
    }

    /// Mostly not one of those.
    private int dispensable() {
        return random.nextInt(10) == 0 ? id() : 4 + random.nextInt(5);
    }

    private String device() {
        return Workload.DEVICES.get(random.nextInt(Workload.DEVICES.size()));
    }

    private String iova() {
        return "0x" + Integer.toHexString(0x1000_0000 + random.nextInt(12) * 0x1000);
    }

    private String userVa() {
        return "0x7f00000" + Integer.toHexString(0x0_0000 + random.nextInt(16)) + "0000";
    }

    private static String[] change(String method, String path, String body) {
        return new String[] {method, path, body};
    }

    String[] next() {
        return switch (random.nextInt(50)) {
            case 0, 1, 2 -> change("POST", "/ioas", "{}");
            case 3, 4, 5, 6, 7 -> change("DELETE", "/objects/" + dispensable(), "");
            case 8, 9, 10, 11, 12, 13 ->
                    change(
                            "POST",
                            "/ioas/" + ioas() + "/mappings",
                            Workload.mapping(userVa(), iova(), 0x1000L << random.nextInt(3)));
            case 14 ->
                    change(
                            "POST",
                            "/ioas/1/mappings",
                            "{'userVa':'" + userVa() + "','length':'0x2000','access':['READ']}");
            case 15, 16, 17 ->
                    change(
                            "DELETE",
                            "/ioas/" + ioas() + "/mappings?iova=" + iova() + "&length=0x3000",
                            "");
            case 18 ->
                    change(
                            "POST",
                            "/ioas/1/mappings/batch",
                            "{'mappings':["
                                    + Workload.mapping(userVa(), iova(), 0x1000)
                                    + ","
                                    + Workload.mapping(userVa(), iova(), 0x1000)
                                    + "]}");
            case 19 ->
                    change(
                            "POST",
                            "/ioas/" + ioas() + "/mappings/copy",
                            "{'srcIoasId':1,'srcIova':'%s','length':'0x1000','iova':'%s','access':['READ']}"
                                    .formatted(iova(), iova()));
            case 20, 21, 22, 23, 24, 25 ->
                    change("POST", "/devices", "{'device':'" + device() + "'}");
            case 26, 27 -> change("DELETE", "/devices/" + dispensable(), "");
            case 28, 29, 30, 31 ->
                    change(
                            "PUT",
                            "/devices/" + bound() + "/attachment",
                            "{'ptId':" + table() + "}");
            case 32 -> change("DELETE", "/devices/" + id() + "/attachment", "");
            case 33, 34, 35, 36 ->
                    change(
                            "POST",
                            "/hwpts",
                            "{'devId':"
                                    + bound()
                                    + ",'ptId':"
                                    + ioas()
                                    + ",'flags':"
                                    + flags()
                                    + "}");
            default -> interrupt();
        };
    }

    private String flags() {
        return switch (random.nextInt(3)) {
            case 0 -> "[]";
            case 1 -> "['NEST_PARENT']";
            default -> "['NEST_PARENT','DIRECT_MSI']";
        };
    }

    private String[] interrupt() {
        String path = "/devices/" + bound();
        return switch (random.nextInt(16)) {
            case 0, 1 ->
                    change("PUT", path + "/msi-target", "{'doorbell':'0x809" + nibble() + "040'}");
            case 2 -> change("DELETE", path + "/msi-target", "");
            case 3, 4 ->
                    change(
                            "PUT",
                            path + "/msi-vectors/" + random.nextInt(3),
                            "{'guestVa':'0x8090040','target':{'doorbell':'0x8090040'}}");
            case 5 -> change("DELETE", path + "/msi-vectors/" + random.nextInt(3), "");
            case 6 -> change("POST", path + "/irqs/disable", "{'type':'MSIX'}");
            case 7 -> change("POST", path + "/reset", "");
            case 8 -> change("POST", path + "/msi-write", "{'vector':" + random.nextInt(3) + "}");
            case 9 ->
                    change(
                            "POST",
                            path + "/dma",
                            "{'access':'WRITE','iova':'%s','length':'0x4','data':'AQI%s'}"
                                    .formatted(iova(), "DBA=="));
            case 10, 11, 12 ->
                    change(
                            "PUT",
                            "/memory/regions/" + region(),
                            "{'length':'" + megabytes() + "'}");
            case 13 -> change("DELETE", "/memory/regions/" + region(), "");
            default ->
                    change(
                            "PUT",
                            "/files/file" + random.nextInt(2),
                            "{'size':'" + megabytes() + "'}");
        };
    }

    private String nibble() {
        return Integer.toHexString(random.nextInt(3));
    }

    /// Of several sizes, so that stretches of RAM can overlap without being equal.
    private String megabytes() {
        return "0x" + Integer.toHexString(random.nextInt(1, 4) * 0x20_0000);
    }

    private String region() {
        return "0x7f00" + random.nextInt(1, 4) + "0000000";
    }
}
