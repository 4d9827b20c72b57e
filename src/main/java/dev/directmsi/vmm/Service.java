package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiClient;
import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.api.ContextsApi;
import dev.directmsi.vmm.client.api.HostsApi;
import dev.directmsi.vmm.client.model.CompareItsRequest;
import dev.directmsi.vmm.client.model.CompareItsResponse;
import dev.directmsi.vmm.client.model.ContextResponse;
import dev.directmsi.vmm.client.model.HostRequest;
import dev.directmsi.vmm.client.model.HostResponse;
import dev.directmsi.vmm.client.model.OpenContextRequest;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;

/// The running service: its hosts, and contexts on them.
final class Service implements AutoCloseable {

    private final SharedClient client = new SharedClient();
    private final HostsApi hosts;
    private final ContextsApi contexts;

    Service(Options options) {
        client.updateBaseUri(options.url().toString());
        client.setReadTimeout(Duration.ofSeconds(60));
        String token = options.token();
        if (token != null) {
            client.setRequestInterceptor(
                    request -> request.header("Authorization", "Bearer " + token));
        }
        hosts = new HostsApi(client);
        contexts = new ContextsApi(client);
    }

    HostResponse host(String name) throws ApiException {
        return hosts.getHost(name, null);
    }

    /// Which of the devices can share a stage-2 copy.
    CompareItsResponse compareIts(String host, List<String> devices) throws ApiException {
        return hosts.compareIts(host, new CompareItsRequest().devices(devices), null);
    }

    void createHost(String name, HostRequest topology) throws ApiException {
        hosts.putHost(name, topology, null, null, null);
    }

    void deleteHost(String name) throws ApiException {
        hosts.deleteHost(name, null, null, null);
    }

    Iommufd open(String host, String name) throws ApiException {
        ContextResponse context =
                contexts.openContext(
                        null, null, null, new OpenContextRequest().host(host).name(name));
        return new Iommufd(client, context.getId());
    }

    @Override
    public void close() {
        client.http.close();
    }

    void close(Iommufd iommufd) throws ApiException {
        contexts.closeContext(iommufd.context(), null, null, null);
    }

    /// The generated classes would each make an HTTP client of its own, with its own connections.
    private static final class SharedClient extends ApiClient {

        private final HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();

        @Override
        public HttpClient getHttpClient() {
            return http;
        }
    }
}
