package dev.directmsi.api.device;

import static dev.directmsi.api.device.Vm.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Reply;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A device is bound, attached, asked, reset, moved and closed.
class DeviceTest {

    private final Vm vm = Vm.on("lab");

    @Test
    void boundDeviceShowsItsPlaceInTheHost() {
        Reply bound = vm.post("/devices", "{'device':'0000:01:00.0'}").expect(201);

        assertThat(bound.header("Location")).hasValue(vm.path("/devices/1"));
        assertThat(bound.json())
                .isEqualTo(
                        json(
                                """
                                {'id':1,'type':'DEVICE','createdRevision':2,'device':'0000:01:00.0',
                                 'smmu':'smmu0','streamIds':[256],'its':'its0','itsDeviceId':256,
                                 'doorbell':'0x70010040','group':1,
                                 'interrupts':{'msi':0,'msiAddress64':false,'msix':32,'msiBypassesSmmu':false},
                                 'irqType':'NONE','irqCount':0,'busMaster':true,'usedBy':[]}
                                """));
        assertThat(vm.get("/devices/1").expect(200).json()).isEqualTo(bound.json());
        assertThat(vm.get("/devices").expect(200).json().at("/items/0")).isEqualTo(bound.json());
        Reply none = vm.post("/devices", "{'device':'0000:07:00.0'}").expect(201);
        assertThat(none.json().has("its")).isFalse();
        assertThat(none.json().has("doorbell")).isFalse();
    }

    @Test
    void deviceIsUsedByItsVirtualDevice() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        int viommu = vm.viommu(device, vm.parent(device, ioas, "'NEST_PARENT'"));
        int vdevice = viommu + 1;

        JsonNode seen = vm.get("/objects/" + vdevice).expect(200).json();

        assertThat(vm.get("/devices/" + device).json().path("usedBy"))
                .isEqualTo(json("[" + vdevice + "]"));
        assertThat(vm.get("/objects/" + device).json().path("usedBy"))
                .isEqualTo(json("[" + vdevice + "]"));
        assertThat(seen.path("references")).isEqualTo(json("[%d,%d]".formatted(device, viommu)));
        vm.delete("/devices/" + device).expect(200);
        vm.get("/objects/" + vdevice).expect(404);
    }

    @Test
    void pageTableWithoutCopiesHasOneTable() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        int parent = vm.parent(device, ioas, "'NEST_PARENT'");
        vm.attach(device, parent).expect(201);
        vm.post("/devices/" + device + "/irqs/enable", "{'type':'MSIX','start':0,'count':1}")
                .expect(200);
        String tables = "/hwpts/" + parent + "/s2-copies";
        int stage1 = vm.make("/hwpts", "{'devId':%d,'ptId':%d}".formatted(device, ioas));

        assertThat(vm.get(tables).expect(200).json())
                .isEqualTo(
                        json(
                                """
                                {'items':[{'key':'smmu0','smmu':'smmu0','vmid':1,'granule':'4K',
                                 'members':['0000:01:00.0'],
                                 'msiPages':[{'ipa':{'first':'0x8000000','last':'0x8000fff'},
                                              'page':'0x70010000','demandedBy':['0000:01:00.0']}]}]}
                                """));
        assertThat(vm.get(tables + "/smmu0/table").expect(200).json())
                .isEqualTo(
                        json(
                                """
                                {'items':[{'first':'0x8000000','last':'0x8000fff','output':'0x70010000',
                                           'access':['WRITE'],'its':'its0'},
                                          {'first':'0x40000000','last':'0x4fffffff','output':'0x880000000',
                                           'access':['READ','WRITE']}]}
                                """));
        vm.get(tables + "/smmu0.its0/table").expect(404).problem("S2_COPY_NOT_FOUND");
        JsonNode own = vm.get("/hwpts/" + stage1 + "/s2-copies").expect(200).json();
        assertThat(own.at("/items/0/key").asString()).isEqualTo("smmu0");
        assertThat(own.at("/items/0").has("vmid")).isFalse();
        assertThat(own.at("/items/0/members")).isEmpty();
    }

    @Test
    void mockHasNoTable() {
        Vm mock = Vm.on("linux-selftest");
        mock.make("/ioas", "{}");
        mock.post("/selftest/mock-domains", "{'ptId':1,'devFlags':0}").expect(201);

        assertThat(mock.get("/hwpts/4/s2-copies").expect(200).json())
                .isEqualTo(json("{'items':[]}"));
        mock.get("/hwpts/4/s2-copies/mock/table").expect(404).problem("S2_COPY_NOT_FOUND");
    }

    @Test
    void pasidIsAttachedAndReplaced() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        int one = vm.parent(device, ioas, "'PASID'");
        int other = vm.parent(device, ioas, "'PASID'");
        String attachment = "/devices/" + device + "/pasids/5/attachment";
        vm.get(attachment).expect(404).problem("ATTACHMENT_NOT_FOUND");

        Reply attached = vm.put(attachment, "{'ptId':%d}".formatted(one)).expect(201);
        Reply replaced = vm.put(attachment, "{'ptId':%d}".formatted(other)).expect(200);

        assertThat(attached.header("Location")).hasValue(vm.path(attachment));
        assertThat(replaced.at("/replaced")).isEqualTo("true");
        assertThat(vm.get(attachment).expect(200).json())
                .isEqualTo(json("{'ptId':%d,'hwptId':%d}".formatted(other, other)));
    }

    @Test
    void compatIoasIsSetAndReplaced() {
        int one = vm.make("/ioas", "{}");
        int other = vm.make("/ioas", "{}");

        Reply set = vm.put("/vfio-ioas", "{'ioasId':%d}".formatted(one)).expect(201);

        assertThat(set.header("Location")).hasValue(vm.path("/vfio-ioas"));
        vm.put("/vfio-ioas", "{'ioasId':%d}".formatted(other)).expect(200);
        vm.delete("/vfio-ioas").expect(204);
        vm.put("/vfio-ioas", "{'ioasId':%d}".formatted(one)).expect(201);
    }

    @Test
    void bindIsRefusedByTheRule() {
        vm.bind("0000:01:00.0");

        vm.post("/devices", "{'device':'0000:01:00.0'}").expect(409).problem("BIND_ALREADY");
        vm.post("/devices", "{'device':'ffff:01:00.0'}").expect(422).problem("DEVICE_UNKNOWN");
        vm.post("/devices", "{'device':'0000:01:00.0','vf':1}")
                .expect(400)
                .problem("UNKNOWN_PROPERTY");
        JsonNode flags =
                vm.post("/hwpts", "{'devId':1,'ptId':1,'flags':'0xffffffffffffffff'}")
                        .expect(400)
                        .problem("MALFORMED_REQUEST");
        assertThat(flags.path("detail").asString())
                .isEqualTo("flags: 0xffffffffffffffff does not fit into 32 bits");
        vm.get("/devices/9").expect(404).problem("DEVICE_NOT_FOUND");
        vm.delete("/devices/9").expect(404).problem("DEVICE_NOT_FOUND");
        vm.delete("/devices/1?createdRevision=1").expect(412).problem("OBJECT_REPLACED");
    }

    @Test
    void attachedToAnAddressSpaceAndMoved() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        String attachment = "/devices/" + device + "/attachment";
        vm.get(attachment).expect(404).problem("ATTACHMENT_NOT_FOUND");

        Reply attached = vm.attach(device, ioas).expect(201);
        Reply again = vm.attach(device, ioas).expect(200);
        Reply seen = vm.get(attachment).expect(200);
        int other = vm.make("/ioas", "{}");
        Reply replaced = vm.attach(device, other).expect(200);

        assertThat(attached.header("Location")).hasValue(vm.path(attachment));
        assertThat(attached.json())
                .isEqualTo(
                        json(
                                "{'ptId':%d,'hwptId':%d,'replaced':false,'smmuCommands':%s}"
                                        .formatted(
                                                ioas,
                                                device + 1,
                                                attached.json().path("smmuCommands"))));
        assertThat(attached.at("/smmuCommands/0/opcode")).isEqualTo("CFGI_STE");
        assertThat(attached.at("/smmuCommands/0/sid")).isEqualTo("0x100");
        assertThat(seen.json())
                .isEqualTo(json("{'ptId':%d,'hwptId':%d}".formatted(ioas, device + 1)));
        assertThat(again.json())
                .isEqualTo(
                        json(
                                "{'ptId':%d,'hwptId':%d,'replaced':false,'smmuCommands':[]}"
                                        .formatted(ioas, device + 1)));
        assertThat(replaced.at("/replaced")).isEqualTo("true");
        assertThat(replaced.header("Location")).isEmpty();
        vm.attach(device, 99).expect(422).problem("ATTACH_PT_MISSING");
        vm.attach(99, ioas).expect(404).problem("DEVICE_NOT_FOUND");
        Reply detached = vm.delete(attachment).expect(200);
        assertThat(detached.at("/hwptId")).isEqualTo(replaced.at("/hwptId"));
        assertThat(vm.delete(attachment + "?quiesce=true").expect(200).json())
                .isEqualTo(json("{'disabledVectors':0,'smmuCommands':[]}"));
    }

    @Test
    void dryRunShowsTheAttachmentThatWouldBe() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");

        Reply validation =
                vm.put(
                                "/devices/" + device + "/attachment?validateOnly=true",
                                "{'ptId':" + ioas + "}")
                        .expect(200);

        assertThat(validation.at("/status")).isEqualTo("201");
        assertThat(validation.json().path("changes"))
                .filteredOn(change -> change.at("/object/type").asString().equals("DEVICE"))
                .extracting(change -> change.at("/object/attachment/hwptId").asInt())
                .containsExactly(device + 1);
        vm.get("/devices/" + device + "/attachment").expect(404).problem("ATTACHMENT_NOT_FOUND");
    }

    @Test
    void closedDeviceTakesItsVirtualDeviceAlong() {
        int ioas = vm.memory();
        int device = vm.bind("0000:01:00.0");
        int parent = vm.parent(device, ioas, "'NEST_PARENT'");
        vm.viommu(device, parent);
        int vdevice = vm.get("/devices/" + device).expect(200).json().path("vdeviceId").asInt();

        Reply closed = vm.delete("/devices/" + device).expect(200);

        assertThat(closed.json())
                .isEqualTo(
                        json(
                                "{'device':'0000:01:00.0','tombstone':%d,'smmuCommands':[]}"
                                        .formatted(vdevice)));
        vm.get("/objects/" + vdevice).expect(404);
    }

    @Test
    void smmuOfADeviceSaysWhatItIs() {
        int device = vm.bind("0000:01:00.0");
        String info = "/devices/" + device + "/hw-info";

        Reply found = vm.get(info).expect(200);

        assertThat(found.at("/type")).isEqualTo("ARM_SMMUV3");
        assertThat(found.at("/dataLength")).isEqualTo("40");
        assertThat(found.at("/maxPasidLog2")).isEqualTo("16");
        assertThat(found.json().path("capabilities")).isEqualTo(json("['DIRTY_TRACKING']"));
        assertThat(found.json().at("/data/idr")).hasSize(6);
        assertThat(vm.get(info + "?type=ARM_SMMUV3").json()).isEqualTo(found.json());
        assertThat(vm.get(info + "?type=0x0").json()).isEqualTo(found.json());
        vm.get(info + "?type=INTEL_VTD").expect(501).problem("HW_INFO_TYPE_UNSUPPORTED");
        vm.get(info + "?type=0xfeedbeef").expect(501).problem("HW_INFO_TYPE_UNSUPPORTED");
        vm.get(info + "?type=NONSENSE").expect(400).problem("MALFORMED_REQUEST");
        vm.get("/devices/9/hw-info").expect(404).problem("DEVICE_NOT_FOUND");
        vm.get("/devices/9/hw-info?flags=0x2").expect(501).problem("FLAGS_UNSUPPORTED");
    }

    @Test
    void interruptsAreEnabledAndDisabledAndReset() {
        int ioas = vm.memory();
        int device = vm.bind("0000:04:00.0");
        String irqs = "/devices/" + device + "/irqs";
        assertThat(vm.get(irqs).expect(200).json())
                .isEqualTo(
                        json(
                                "{'type':'NONE','count':0,'active':0,'available':[{'type':'MSI','count':8}]}"));
        vm.post(irqs + "/enable", "{'type':'MSI','start':0,'count':4}")
                .expect(507)
                .problem("IRQ_UNOBTAINABLE");
        vm.attach(device, ioas).expect(201);

        Reply enabled = vm.post(irqs + "/enable", "{'type':'0x1','start':0,'count':4}").expect(200);

        assertThat(enabled.json().path("vectors")).hasSize(4);
        assertThat(enabled.json().at("/vectors/3"))
                .isEqualTo(
                        json(
                                """
                                {'index':3,'state':'ACTIVE','physicalMessage':{'address':'0x70010040','data':3},
                                 'deviceMessage':{'address':'0x8000040','data':3},'addressOrigin':'WINDOW',
                                 'eventId':3,'lpi':%s,'its':'its0','itsDeviceId':1024,'masked':false}
                                """
                                        .formatted(enabled.at("/vectors/3/lpi"))));
        assertThat(vm.get(irqs).at("/active")).isEqualTo("4");
        vm.post(irqs + "/enable", "{'type':'MSI','start':0,'count':9}")
                .expect(422)
                .problem("IRQ_RANGE_INVALID");
        vm.post(irqs + "/enable", "{'type':'MSIX','start':0,'count':0}")
                .expect(422)
                .problem("IRQ_RANGE_INVALID");
        vm.post(irqs + "/disable", "{'type':'INTX'}").expect(422).problem("IRQ_TYPE_INVALID");
        vm.post("/devices/9/irqs/enable", "{'type':'0x9','start':0,'count':1}")
                .expect(404)
                .problem("DEVICE_NOT_FOUND");
        assertThat(vm.post("/devices/" + device + "/reset", "{}").expect(200).at("/irqType"))
                .isEqualTo("NONE");
        vm.post(irqs + "/disable", "{'type':'MSI'}").expect(409).problem("IRQ_NOT_ENABLED");
    }

    @Test
    void quiesceTurnsInterruptsOffFirst() {
        Vm grace = Vm.on(Vm.GRACE);
        int device = grace.nestedDevice("'NEST_PARENT','DIRECT_MSI'", "0xfffff000", "0x8090000");
        grace.put(
                        "/devices/" + device + "/msi-vectors/2",
                        "{'guestVa':'0xfffff040','target':{'frameBase':'0x8080000'}}")
                .expect(200);

        Reply detached = grace.delete("/devices/" + device + "/attachment?quiesce=true");

        assertThat(detached.expect(200).at("/disabledVectors")).isEqualTo("1");
        assertThat(grace.get("/devices/" + device).at("/target/effective")).isEqualTo("false");
        assertThat(grace.get("/devices/" + device + "/msi-vectors").expect(200).json())
                .isEqualTo(json("{'items':[]}"));
    }
}
