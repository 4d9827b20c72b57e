"""The script of README.md in this directory's parent, in Python. Arguments: the service's address, its token.

Models are made with the names of the API (userVa), not of Python (user_va): pydantic before 2.11, which Debian 13 has,
would take the latter for unknown and ignore them.
"""

import json
import sys

import direct_msi as api
from direct_msi.rest import ApiException

VALUES = sorted({v for bits in (0, 1, 31, 32, 53, 63, 64) for v in (2**bits - 1, 2**bits, 2**bits + 1) if v < 2**64})


def show(step, answer):
    value = answer if isinstance(answer, dict) else answer.to_dict()
    print(step, json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False), flush=True)


def problem(call):
    """What a call is refused with, as the client reads it."""
    try:
        call()
    except ApiException as refused:
        return refused.data
    raise AssertionError("was not refused")


def spellings(value):
    digits = f"{value:x}"
    return [f"0x{digits}", f"0x{digits.upper()}", f"0X{digits}", f"0x0000{digits}", str(value), f"000{value}"]


def main(address, token=None):
    client = api.ApiClient(api.Configuration(host=address, access_token=token))
    contexts, memory, ioas = api.ContextsApi(client), api.MemoryApi(client), api.IoasApi(client)
    devices, hwpts, viommus = api.DevicesApi(client), api.HwptsApi(client), api.ViommusApi(client)
    vdevices, interrupts, accesses = api.VdevicesApi(client), api.InterruptsApi(client), api.AccessesApi(client)

    opened = contexts.open_context(open_context_request=api.OpenContextRequest(host="nvidia-grace", name="script"))
    show("open", opened)
    ctx = opened.id

    show("region", memory.create_region(ctx, "0x7f0000000000", api.RegionRequest(length="0x10000000")))
    space = ioas.alloc_ioas(ctx, ioas_alloc_request=api.IoasAllocRequest())
    show("ioas", space)
    ram = api.MapRequest(userVa="0x7f0000000000", length="0x10000000", iova="0x40000000", access=["READ", "WRITE"])
    show("would map", api.Validation.from_dict(json.loads(
        ioas.map_pages_without_preload_content(ctx, space.id, ram, validate_only=True).data)))
    show("map", ioas.map_pages(ctx, space.id, ram))
    show("mappings", ioas.list_mappings(ctx, space.id, first="0x40000000", limit=10))

    device = devices.bind_device(ctx, api.BindRequest(device="0000:01:00.0"))
    show("device", device)
    parent = hwpts.alloc_hwpt(
        ctx, api.HwptAllocRequest(devId=device.id, ptId=space.id, flags=["NEST_PARENT", "DIRECT_MSI"]))
    show("nest parent", parent)
    viommu = viommus.alloc_viommu(
        ctx, api.ViommuAllocRequest(devId=device.id, hwptId=parent.id, type="ARM_SMMUV3"))
    show("viommu", viommu)
    show("vdevice", vdevices.alloc_vdevice(
        ctx, api.VdeviceAllocRequest(viommuId=viommu.id, devId=device.id, virtId="0x10")))
    stage1 = memory.build_stage1(ctx, api.BuildStage1Request(
        ioasId=space.id, cdTableIpa="0x40100000", tablesIpa="0x40200000", granule="4K",
        contexts=[api.BuildStage1Stage1Context(mappings=[api.BuildStage1Stage1Mapping(
            va="0x8000000", ipa="0x8090000", length="0x1000", access=["READ", "WRITE"])])]))
    show("stage 1", stage1)
    nested = hwpts.alloc_hwpt(ctx, api.HwptAllocRequest(
        devId=device.id, ptId=viommu.id, dataType="ARM_SMMUV3", data=api.DriverDataRequest(ste=stage1.ste)))
    show("nested", nested)
    show("attachment", devices.attach_device(ctx, device.id, api.AttachRequest(ptId=nested.id)))

    show("target", interrupts.set_msi_target(ctx, device.id, api.MsiTargetRequest(frameBase="0x8080000")))
    show("vector", interrupts.set_msi_vector(ctx, device.id, 0, api.VectorRequest(guestVa="0x8000040")))
    copies = hwpts.list_s2_copies(ctx, parent.id)
    show("copies", copies)
    show("table", hwpts.list_s2_table(ctx, parent.id, "smmu0.its0"))

    show("write", accesses.write_msi(ctx, device.id, api.MsiWriteRequest(vector=0)))
    show("explain", accesses.explain_access(
        ctx, device.id, api.ExplainRequest(access=api.AccessFlag.READ, address="0x8000000")))

    doorbell = api.MapRequest(userVa="0x7f0000000000", length="0x1000", iova="0x8090000", access=["READ"])
    show("refused", problem(lambda: ioas.map_pages(ctx, space.id, doorbell)))

    for value in VALUES:
        text = f"0x{value:x}"
        body = api.AllowIovasRequest(ranges=[api.Range(first=text, last="0x0")])
        echoes = [problem(lambda: ioas.allow_iovas(ctx, space.id, body)).params["first"]]
        for spelling in spellings(value):
            echoes.append(problem(lambda: ioas.get_mapping(ctx, space.id, spelling)).params["iova"])
            echoes.append(problem(lambda: ioas.unmap_pages(ctx, space.id, spelling, "0x1")).params["first"])
        print("u64", text, "echoed", len(echoes), "times as", *sorted(set(echoes)), flush=True)

    contexts.close_context(ctx)
    show("closed", problem(lambda: contexts.get_context(ctx)))


main(*sys.argv[1:])
