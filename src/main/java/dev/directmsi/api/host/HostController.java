package dev.directmsi.api.host;

import dev.directmsi.api.http.Mutations;
import dev.directmsi.api.http.Proposal;
import dev.directmsi.api.http.Reading;
import dev.directmsi.api.http.Reads;
import dev.directmsi.api.wire.HostName;
import dev.directmsi.api.wire.Limit;
import dev.directmsi.api.wire.ListOf;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.control.LiveHost;
import dev.directmsi.control.host.AcpiImport;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.hardware.pci.CompareIts;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Reason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/// Hosts: read, put, imported from firmware tables, compared.
@RestController
@RequestMapping(path = "/v1/hosts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "hosts", description = "The machines underneath")
class HostController {

    private final ControlPlane plane;
    private final HostDocuments documents;
    private final Mutations mutations;
    private final Reads reads;

    HostController(ControlPlane plane, HostDocuments documents, Mutations mutations, Reads reads) {
        this.plane = plane;
        this.documents = documents;
        this.mutations = mutations;
        this.reads = reads;
    }

    @GetMapping
    @Operation(
            operationId = "listHosts",
            summary = "Lists the hosts with their topologies, by name")
    ListOf<HostResponse> list(
            @RequestParam(defaultValue = "" + Limit.DEFAULT) Limit limit,
            @RequestParam(defaultValue = "") String cursor) {
        return ListOf.of(
                plane.hosts().values().stream()
                        .filter(host -> host.name().compareTo(cursor) >= 0)
                        .iterator(),
                limit,
                HostResponse::of,
                LiveHost::name);
    }

    @GetMapping("/{host}")
    @Operation(operationId = "getHost", summary = "Shows a host's topology")
    ResponseEntity<HostResponse> get(@PathVariable HostName host) {
        LiveHost live = require(host);
        return reads.tagged(live.hash(), HostResponse.of(live));
    }

    @GetMapping("/{host}/devices")
    @Operation(
            operationId = "listHostDevices",
            summary = "Lists a host's devices and how they are wired")
    ResponseEntity<ListOf<HostDeviceResponse>> devices(
            @PathVariable HostName host,
            @RequestParam(defaultValue = "" + Limit.MAXIMUM) Limit limit,
            @RequestParam(defaultValue = "0") int cursor) {
        return part(
                host,
                limit,
                cursor,
                topology -> topology.devices().stream().map(HostDeviceResponse::of).toList());
    }

    @GetMapping("/{host}/smmus")
    @Operation(operationId = "listHostSmmus", summary = "Lists a host's SMMUs")
    ResponseEntity<ListOf<SmmuResponse>> smmus(
            @PathVariable HostName host,
            @RequestParam(defaultValue = "" + Limit.MAXIMUM) Limit limit,
            @RequestParam(defaultValue = "0") int cursor) {
        return part(
                host,
                limit,
                cursor,
                topology -> topology.smmus().stream().map(SmmuResponse::of).toList());
    }

    @GetMapping("/{host}/itses")
    @Operation(operationId = "listHostItses", summary = "Lists a host's ITSes")
    ResponseEntity<ListOf<ItsResponse>> itses(
            @PathVariable HostName host,
            @RequestParam(defaultValue = "" + Limit.MAXIMUM) Limit limit,
            @RequestParam(defaultValue = "0") int cursor) {
        return part(
                host,
                limit,
                cursor,
                topology -> topology.itses().stream().map(ItsResponse::of).toList());
    }

    /// Document order is stable, since a document only ever changes as a whole.
    private <T> ResponseEntity<ListOf<T>> part(
            HostName host, Limit limit, int cursor, Function<Topology, List<T>> items) {
        LiveHost live = require(host);
        List<T> all = items.apply(live.topology());
        int from = Math.clamp(cursor, 0, all.size());
        int to = Math.min(all.size(), from + limit.value());
        return reads.tagged(
                live.hash(),
                new ListOf<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null));
    }

    @PutMapping(
            path = "/{host}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_YAML_VALUE})
    @Operation(
            operationId = "putHost",
            summary = "Creates or replaces a host from a topology document or a preset",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = HostRequest.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_YAML_VALUE,
                                        schema = @Schema(implementation = HostRequest.class))
                            }))
    @ApiResponse(responseCode = "200", description = "Replaced")
    @ApiResponse(responseCode = "201", description = "Created")
    ResponseEntity<HostResponse> put(@PathVariable HostName host, @RequestBody String document) {
        Topology topology = documents.topology(host, document);
        return put(host, topology, HostResponse.of(host.text(), topology));
    }

    @PostMapping(path = "/{host}/import-acpi", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            operationId = "importAcpi",
            summary = "Creates or replaces a host from IORT and MADT tables",
            description =
                    "Tables as in /sys/firmware/acpi/tables; devices as lspci -Dn prints them, or an address per"
                            + " line. What the tables do not say gets a default, listed in assumed.")
    @ApiResponse(responseCode = "200", description = "Replaced")
    @ApiResponse(responseCode = "201", description = "Created")
    ResponseEntity<AcpiImportResponse> importAcpi(
            @PathVariable HostName host,
            @RequestPart MultipartFile iort,
            @RequestPart MultipartFile madt,
            @RequestPart String devices,
            @RequestPart(required = false) @Nullable String overrides) {
        AcpiImport read = documents.firmware(host, iort, madt, devices, overrides);
        return put(host, read.topology(), AcpiImportResponse.of(host.text(), read));
    }

    private <X> ResponseEntity<X> put(HostName host, Topology topology, X response) {
        StoredHost stored = StoredHost.of(host.text(), TopologyDocument.render(topology));
        boolean exists = plane.hosts().containsKey(host.text());
        return mutations.run((guard, render) ->
                plane.putHost(
                        host.text(),
                        stored,
                        guard,
                        (hash, _) -> {
                            var headers = new LinkedHashMap<String, String>();
                            headers.put(HttpHeaders.ETAG, Mutations.tag(hash));
                            if (!exists) {
                                headers.put(HttpHeaders.LOCATION, "/v1/hosts/" + host);
                            }
                            return render.apply(
                                    exists ? HttpStatus.OK : HttpStatus.CREATED, headers, response);
                        }));
    }

    @DeleteMapping("/{host}")
    @Operation(operationId = "deleteHost", summary = "Deletes a host on which no context is open")
    @ApiResponse(responseCode = "204", description = "Deleted")
    ResponseEntity<Void> delete(@PathVariable HostName host) {
        return mutations.run((guard, render) ->
                plane.putHost(
                        host.text(),
                        null,
                        guard,
                        (_, _) ->
                                render.apply(HttpStatus.NO_CONTENT, new LinkedHashMap<>(), null)));
    }

    @Proposal
    @Reading
    @PostMapping(path = "/{host}/compare-its", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "compareIts",
            summary = "Proposal: partitions devices by (SMMU, ITS)",
            description =
                    "Which of them share a stage-2 copy, which cannot, and why. They need not be bound.")
    ResponseEntity<CompareItsResponse> compare(
            @PathVariable HostName host, @RequestBody CompareItsRequest body) {
        LiveHost live = require(host);
        CompareIts found = CompareIts.of(body.functions(host.text(), live.topology()));
        return reads.tagged(live.hash(), CompareItsResponse.of(found));
    }

    private LiveHost require(HostName host) {
        LiveHost live = plane.hosts().get(host.text());
        if (live == null) {
            throw Reason.HOST_NOT_FOUND.refusal("host", host.text());
        }
        return live;
    }
}
