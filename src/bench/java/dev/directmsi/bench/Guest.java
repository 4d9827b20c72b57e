package dev.directmsi.bench;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A context of the running service with memory and an IOAS, and what is asked of it.
final class Guest {

    static final long STRIDE = 0x4000;

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    private final String context;
    private final String ioas;

    private Guest(String context, String ioas) {
        this.context = context;
        this.ioas = ioas;
    }

    /// Opens a context, with memory and an IOAS.
    static Guest open(HttpConnection connection) throws IOException {
        String body = connection.expectSuccess(HttpConnection.post("/v1/contexts", "{}"));
        String context = "/v1/contexts/" + id(body);
        connection.expectSuccess(
                HttpConnection.request(
                        "PUT",
                        context + "/memory/regions/0x7f0000000000",
                        "{\"length\":\"0x1000000\"}"));
        String made = connection.expectSuccess(HttpConnection.post(context + "/ioas", "{}"));
        return new Guest(context, context + "/ioas/" + id(made));
    }

    /// Binds a device behind smmu0 and attaches it to a DIRECT_MSI table with an MSI page.
    void attach(HttpConnection connection) throws IOException {
        String device =
                id(
                        connection.expectSuccess(
                                HttpConnection.post(
                                        context + "/devices", "{\"device\":\"0000:01:00.0\"}")));
        String hwpt =
                id(
                        connection.expectSuccess(
                                HttpConnection.post(
                                        context + "/hwpts",
                                        "{\"devId\":"
                                                + device
                                                + ",\"ptId\":"
                                                + ioas.substring(ioas.lastIndexOf('/') + 1)
                                                + ",\"flags\":[\"NEST_PARENT\",\"DIRECT_MSI\"]}")));
        connection.expectSuccess(
                HttpConnection.request(
                        "PUT",
                        context + "/devices/" + device + "/attachment",
                        "{\"ptId\":" + hwpt + "}"));
    }

    private static String id(String body) {
        Matcher matcher = ID.matcher(body);
        if (!matcher.find()) {
            throw new IllegalStateException("no id in " + body);
        }
        return matcher.group(1);
    }

    byte[] getObject() {
        return HttpConnection.get(
                context + "/objects/" + ioas.substring(ioas.lastIndexOf('/') + 1));
    }

    byte[] iovaRanges() {
        return HttpConnection.get(ioas + "/iova-ranges");
    }

    /// Of the only device, whose id is 2.
    byte[] explain() {
        return HttpConnection.post(
                context + "/devices/2/explain", "{\"access\":\"READ\",\"address\":\"0x40000000\"}");
    }

    byte[] map(long number) {
        return HttpConnection.post(ioas + "/mappings", mapping(number));
    }

    byte[] unmap(long number) {
        return HttpConnection.delete(ioas + "/mappings?iova=" + iova(number) + "&length=0x1000");
    }

    byte[] batch(long from, int count) {
        var json = new StringBuilder("{\"mappings\":[");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : ",").append(mapping(from + i));
        }
        return HttpConnection.post(ioas + "/mappings/batch", json.append("]}").toString());
    }

    byte[] unmapAll() {
        return HttpConnection.delete(ioas + "/mappings?iova=0&length=0xffffffffffffffff");
    }

    private static String mapping(long number) {
        return "{\"userVa\":\"0x7f0000000000\",\"length\":\"0x1000\",\"iova\":\""
                + iova(number)
                + "\",\"access\":[\"READ\",\"WRITE\"]}";
    }

    private static String iova(long number) {
        return "0x" + Long.toHexString(0x1_0000_0000L + number * STRIDE);
    }
}
