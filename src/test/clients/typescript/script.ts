// The script of README.md in this directory's parent, in TypeScript. Arguments: the service's address, its token.

import * as api from "./client/index.js";

declare const process: { argv: string[]; exit(code: number): never };

function sorted(value: unknown): unknown {
    if (value instanceof Set) {
        return sorted([...value]);
    }
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (value !== null && typeof value === "object") {
        const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
        return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
    }
    return value;
}

function show(step: string, answer: object): void {
    console.log(step, JSON.stringify(sorted(answer)));
}

/** What a call is refused with, as the client reads it. */
async function problem(call: () => Promise<unknown>): Promise<api.Problem> {
    try {
        await call();
    } catch (refused) {
        if (refused instanceof api.ResponseError) {
            return api.ProblemFromJSON(await refused.response.json());
        }
        throw refused;
    }
    throw new Error("was not refused");
}

function values(): bigint[] {
    const all = new Set<bigint>();
    for (const bits of [0n, 1n, 31n, 32n, 53n, 63n, 64n]) {
        for (const value of [2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n]) {
            if (value < 2n ** 64n) {
                all.add(value);
            }
        }
    }
    return [...all].sort((a, b) => (a < b ? -1 : 1));
}

function spellings(value: bigint): string[] {
    const digits = value.toString(16);
    return [`0x${digits}`, `0x${digits.toUpperCase()}`, `0X${digits}`, `0x0000${digits}`, `${value}`, `000${value}`];
}

async function main(basePath: string, accessToken?: string): Promise<void> {
    const client = new api.Configuration({ basePath, accessToken });
    const contexts = new api.ContextsApi(client);
    const memory = new api.MemoryApi(client);
    const ioas = new api.IoasApi(client);
    const devices = new api.DevicesApi(client);
    const hwpts = new api.HwptsApi(client);
    const viommus = new api.ViommusApi(client);
    const vdevices = new api.VdevicesApi(client);
    const interrupts = new api.InterruptsApi(client);
    const accesses = new api.AccessesApi(client);

    const opened = await contexts.openContext({ openContextRequest: { host: "nvidia-grace", name: "script" } });
    show("open", opened);
    const ctx = opened.id;

    show("region", await memory.createRegion(
        { ctx, userVa: "0x7f0000000000", regionRequest: { length: "0x10000000" } }));
    const space = await ioas.allocIoas({ ctx, ioasAllocRequest: {} });
    show("ioas", space);
    const ram = { userVa: "0x7f0000000000", length: "0x10000000", iova: "0x40000000", access: ["READ", "WRITE"] };
    const dryRun = await ioas.mapPagesRaw({ ctx, id: space.id, mapRequest: ram, validateOnly: true });
    show("would map", api.ValidationFromJSON(await dryRun.raw.json()));
    show("map", await ioas.mapPages({ ctx, id: space.id, mapRequest: ram }));
    show("mappings", await ioas.listMappings({ ctx, id: space.id, first: "0x40000000", limit: 10 }));

    const device = await devices.bindDevice({ ctx, bindRequest: { device: "0000:01:00.0" } });
    show("device", device);
    const parent = await hwpts.allocHwpt(
        { ctx, hwptAllocRequest: { devId: device.id, ptId: space.id, flags: ["NEST_PARENT", "DIRECT_MSI"] } });
    show("nest parent", parent);
    const viommu = await viommus.allocViommu(
        { ctx, viommuAllocRequest: { devId: device.id, hwptId: parent.id, type: "ARM_SMMUV3" } });
    show("viommu", viommu);
    show("vdevice", await vdevices.allocVdevice(
        { ctx, vdeviceAllocRequest: { viommuId: viommu.id, devId: device.id, virtId: "0x10" } }));
    const stage1 = await memory.buildStage1({
        ctx,
        buildStage1Request: {
            ioasId: space.id, cdTableIpa: "0x40100000", tablesIpa: "0x40200000", granule: "4K",
            contexts: [{ mappings: [
                { va: "0x8000000", ipa: "0x8090000", length: "0x1000", access: new Set(["READ", "WRITE"] as const) }] }],
        },
    });
    show("stage 1", stage1);
    const nested = await hwpts.allocHwpt({
        ctx,
        hwptAllocRequest: { devId: device.id, ptId: viommu.id, dataType: "ARM_SMMUV3", data: { ste: stage1.ste } },
    });
    show("nested", nested);
    show("attachment", await devices.attachDevice({ ctx, id: device.id, attachRequest: { ptId: nested.id } }));

    show("target", await interrupts.setMsiTarget(
        { ctx, id: device.id, msiTargetRequest: { frameBase: "0x8080000" } }));
    show("vector", await interrupts.setMsiVector(
        { ctx, id: device.id, n: 0, vectorRequest: { guestVa: "0x8000040" } }));
    show("copies", await hwpts.listS2Copies({ ctx, id: parent.id }));
    show("table", await hwpts.listS2Table({ ctx, id: parent.id, copy: "smmu0.its0" }));

    show("write", await accesses.writeMsi({ ctx, id: device.id, msiWriteRequest: { vector: 0 } }));
    show("explain", await accesses.explainAccess(
        { ctx, id: device.id, explainRequest: { access: api.AccessFlag.Read, address: "0x8000000" } }));

    const doorbell = { userVa: "0x7f0000000000", length: "0x1000", iova: "0x8090000", access: ["READ"] };
    show("refused", await problem(() => ioas.mapPages({ ctx, id: space.id, mapRequest: doorbell })));

    for (const value of values()) {
        const text = `0x${value.toString(16)}`;
        const allowIovasRequest = { ranges: [{ first: text, last: "0x0" }] };
        const echoes = [(await problem(() => ioas.allowIovas({ ctx, id: space.id, allowIovasRequest }))).params["first"]];
        for (const iova of spellings(value)) {
            echoes.push((await problem(() => ioas.getMapping({ ctx, id: space.id, iova }))).params["iova"]);
            echoes.push((await problem(() => ioas.unmapPages({ ctx, id: space.id, iova, length: "0x1" }))).params["first"]);
        }
        console.log("u64", text, "echoed", echoes.length, "times as", ...[...new Set(echoes)].sort());
    }

    await contexts.closeContext({ ctx });
    show("closed", await problem(() => contexts.getContext({ ctx })));
}

main(process.argv[2], process.argv[3]).catch((error) => {
    console.error(error);
    process.exit(1);
});
