package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiClient;
import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.api.AccessesApi;
import dev.directmsi.vmm.client.api.DevicesApi;
import dev.directmsi.vmm.client.api.HwptsApi;
import dev.directmsi.vmm.client.api.InterruptsApi;
import dev.directmsi.vmm.client.api.IoasApi;
import dev.directmsi.vmm.client.api.MemoryApi;
import dev.directmsi.vmm.client.api.VdevicesApi;
import dev.directmsi.vmm.client.api.VeventqsApi;
import dev.directmsi.vmm.client.api.ViommusApi;
import dev.directmsi.vmm.client.model.AccessFlag;
import dev.directmsi.vmm.client.model.AccessResponse;
import dev.directmsi.vmm.client.model.AttachRequest;
import dev.directmsi.vmm.client.model.AttachmentResponse;
import dev.directmsi.vmm.client.model.BindRequest;
import dev.directmsi.vmm.client.model.BuildStage1Request;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Context;
import dev.directmsi.vmm.client.model.BuildStage1Stage1Mapping;
import dev.directmsi.vmm.client.model.BusMasterRequest;
import dev.directmsi.vmm.client.model.DeviceResponse;
import dev.directmsi.vmm.client.model.DmaRequest;
import dev.directmsi.vmm.client.model.DriverDataRequest;
import dev.directmsi.vmm.client.model.EnableIrqsRequest;
import dev.directmsi.vmm.client.model.EventResponse;
import dev.directmsi.vmm.client.model.HwptAllocRequest;
import dev.directmsi.vmm.client.model.HwptResponse;
import dev.directmsi.vmm.client.model.MapRequest;
import dev.directmsi.vmm.client.model.MappingResponse;
import dev.directmsi.vmm.client.model.MsiTargetRequest;
import dev.directmsi.vmm.client.model.MsiTargetResponse;
import dev.directmsi.vmm.client.model.MsiWriteRequest;
import dev.directmsi.vmm.client.model.RegionRequest;
import dev.directmsi.vmm.client.model.RegionResponse;
import dev.directmsi.vmm.client.model.S2CopyResponse;
import dev.directmsi.vmm.client.model.Stage2FaultResponse;
import dev.directmsi.vmm.client.model.TableEntryResponse;
import dev.directmsi.vmm.client.model.VdeviceAllocRequest;
import dev.directmsi.vmm.client.model.VectorRequest;
import dev.directmsi.vmm.client.model.VectorResponse;
import dev.directmsi.vmm.client.model.VeventqAllocRequest;
import dev.directmsi.vmm.client.model.ViommuAllocRequest;
import dev.directmsi.vmm.client.model.ViommuResponse;
import java.util.List;
import java.util.Objects;

/// One open `/dev/iommu`: the operations of a context that the VMM needs, each in its words. The
/// generated methods have room for three headers and flags that nothing here uses; that stays here.
final class Iommufd {

    private static final String SMMUV3 = "ARM_SMMUV3";

    /// Everything below the guest's RAM.
    private static final String BELOW_RAM = "0x3fffffff";

    private final long context;
    private final IoasApi ioas;
    private final MemoryApi memory;
    private final DevicesApi devices;
    private final HwptsApi hwpts;
    private final ViommusApi viommus;
    private final VdevicesApi vdevices;
    private final VeventqsApi veventqs;
    private final InterruptsApi interrupts;
    private final AccessesApi accesses;

    Iommufd(ApiClient client, long context) {
        this.context = context;
        ioas = new IoasApi(client);
        memory = new MemoryApi(client);
        devices = new DevicesApi(client);
        hwpts = new HwptsApi(client);
        viommus = new ViommusApi(client);
        vdevices = new VdevicesApi(client);
        veventqs = new VeventqsApi(client);
        interrupts = new InterruptsApi(client);
        accesses = new AccessesApi(client);
    }

    long context() {
        return context;
    }

    RegionResponse createRegion(String userVa, String length) throws ApiException {
        return memory.createRegion(
                context, userVa, new RegionRequest().length(length), null, null, null);
    }

    long allocIoas() throws ApiException {
        return ioas.allocIoas(context, null, null, null, null).getId();
    }

    MappingResponse map(long ioasId, String iova, String userVa, String length)
            throws ApiException {
        return ioas.mapPages(
                context,
                ioasId,
                new MapRequest()
                        .iova(iova)
                        .userVa(userVa)
                        .length(length)
                        .access(List.of("READ", "WRITE")),
                null,
                null,
                null);
    }

    DeviceResponse bind(String device) throws ApiException {
        return devices.bindDevice(context, new BindRequest().device(device), null, null, null);
    }

    void enableBusMaster(long device) throws ApiException {
        devices.setBusMaster(
                context, device, new BusMasterRequest().enabled(true), null, null, null);
    }

    AttachmentResponse attach(long device, long hwpt) throws ApiException {
        return devices.attachDevice(
                context, device, new AttachRequest().ptId(hwpt), null, null, null);
    }

    HwptResponse allocNestParent(long device, long ioasId, List<String> flags) throws ApiException {
        return hwpts.allocHwpt(
                context,
                new HwptAllocRequest().devId(device).ptId(ioasId).flags(flags),
                null,
                null,
                null);
    }

    HwptResponse allocNested(long device, long viommu, List<String> ste) throws ApiException {
        return hwpts.allocHwpt(
                context,
                new HwptAllocRequest()
                        .devId(device)
                        .ptId(viommu)
                        .dataType(SMMUV3)
                        .data(new DriverDataRequest().ste(ste)),
                null,
                null,
                null);
    }

    ViommuResponse allocViommu(long device, long nestParent) throws ApiException {
        return viommus.allocViommu(
                context,
                new ViommuAllocRequest().devId(device).hwptId(nestParent).type(SMMUV3),
                null,
                null,
                null);
    }

    void allocVdevice(long viommu, long device, String virtualSid) throws ApiException {
        vdevices.allocVdevice(
                context,
                new VdeviceAllocRequest().viommuId(viommu).devId(device).virtId(virtualSid),
                null,
                null,
                null);
    }

    long allocVeventq(long viommu, long depth) throws ApiException {
        return veventqs.allocVeventq(
                        context,
                        new VeventqAllocRequest().viommuId(viommu).type(SMMUV3).depth(depth),
                        null,
                        null,
                        null)
                .getId();
    }

    /// Writes the guest's page tables and answers the stream table entry that leads to them.
    List<String> buildStage1(
            long ioasId,
            String contextDescriptors,
            String tables,
            List<BuildStage1Stage1Mapping> mappings)
            throws ApiException {
        return memory.buildStage1(
                        context,
                        new BuildStage1Request()
                                .ioasId(ioasId)
                                .cdTableIpa(contextDescriptors)
                                .tablesIpa(tables)
                                .granule("4K")
                                .contexts(
                                        List.of(new BuildStage1Stage1Context().mappings(mappings))),
                        null,
                        null,
                        null)
                .getSte();
    }

    MsiTargetResponse setMsiTarget(long device, String frameBase) throws ApiException {
        return interrupts.setMsiTarget(
                context, device, new MsiTargetRequest().frameBase(frameBase), null, null, null);
    }

    VectorResponse programVector(long device, long vector, String guestVa) throws ApiException {
        return interrupts.setMsiVector(
                context,
                device,
                vector,
                new VectorRequest().guestVa(guestVa).guestData(0L),
                null,
                null,
                null);
    }

    VectorResponse enableVector(long device, String type, long vector) throws ApiException {
        return interrupts
                .enableIrqs(
                        context,
                        device,
                        new EnableIrqsRequest().type(type).start(vector).count(1L),
                        null,
                        null,
                        null)
                .getVectors()
                .getFirst();
    }

    AccessResponse writeMsi(long device, long vector) throws ApiException {
        return accesses.writeMsi(
                context, device, new MsiWriteRequest().vector(vector), null, null, null);
    }

    AccessResponse writeMsi(long device, String address, long data) throws ApiException {
        return accesses.writeMsi(
                context,
                device,
                new MsiWriteRequest().address(address).data(data),
                null,
                null,
                null);
    }

    /// The device writes memory, by the same way as an MSI.
    void writeByDma(long device, String iova, byte[] bytes) throws ApiException {
        accesses.dma(
                context,
                device,
                new DmaRequest()
                        .access(AccessFlag.WRITE)
                        .iova(iova)
                        .length(Hex.of(bytes.length))
                        .data(bytes),
                null,
                null,
                null);
    }

    byte[] readByDma(long device, String iova, long length) throws ApiException {
        DmaRequest read =
                new DmaRequest().access(AccessFlag.READ).iova(iova).length(Hex.of(length));
        return Objects.requireNonNull(
                accesses.dma(context, device, read, null, null, null).getData(), "what was read");
    }

    List<S2CopyResponse> copies(long nestParent) throws ApiException {
        return hwpts.listS2Copies(context, nestParent, null).getItems();
    }

    /// What a copy's table maps below the guest's RAM.
    List<TableEntryResponse> tableBelowRam(long nestParent, String copy) throws ApiException {
        return hwpts.listS2Table(context, nestParent, copy, "0x0", BELOW_RAM, null, null, null)
                .getItems();
    }

    List<EventResponse> events(long veventq) throws ApiException {
        return veventqs.listEvents(context, veventq, null, null, null).getItems();
    }

    List<Stage2FaultResponse> stage2Faults() throws ApiException {
        return accesses.listStage2Faults(context, null, null, null).getItems();
    }
}
