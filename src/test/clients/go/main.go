// The script of README.md in this directory's parent, in Go. Arguments: the service's address, its token.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"

	api "client"
)

func must[T any](answer T, err error) T {
	if err != nil {
		var refused *api.GenericOpenAPIError
		if errors.As(err, &refused) {
			err = fmt.Errorf("%w: %s", err, refused.Body())
		}
		panic(err)
	}
	return answer
}

// answer drops the raw response, which every call returns besides.
func answer[T, R any](value T, _ R, err error) T {
	return must(value, err)
}

func show(step string, answer any) {
	text := must(json.Marshal(answer))
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	must(0, decoder.Decode(&value))
	var line bytes.Buffer
	encoder := json.NewEncoder(&line) // sorts the names
	encoder.SetEscapeHTML(false)
	must(0, encoder.Encode(value))
	fmt.Print(step, " ", line.String())
}

// problem is what a call was refused with, as the client reads it.
func problem(err error) api.Problem {
	var refused *api.GenericOpenAPIError
	if !errors.As(err, &refused) {
		panic(fmt.Sprint("was not refused: ", err))
	}
	return refused.Model().(api.Problem)
}

func values() []*big.Int {
	one := big.NewInt(1)
	limit := new(big.Int).Lsh(one, 64)
	var all []*big.Int
	for _, bits := range []uint{0, 1, 31, 32, 53, 63, 64} {
		power := new(big.Int).Lsh(one, bits)
		for _, value := range []*big.Int{new(big.Int).Sub(power, one), power, new(big.Int).Add(power, one)} {
			if value.Cmp(limit) < 0 {
				all = append(all, value)
			}
		}
	}
	slices.SortFunc(all, (*big.Int).Cmp)
	return slices.CompactFunc(all, func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
}

func spellings(value *big.Int) []string {
	digits := value.Text(16)
	return []string{
		"0x" + digits, "0x" + strings.ToUpper(digits), "0X" + digits, "0x0000" + digits,
		value.String(), "000" + value.String(),
	}
}

func ptr[T any](value T) *T { return &value }

func main() {
	configuration := api.NewConfiguration()
	configuration.Servers = api.ServerConfigurations{{URL: os.Args[1]}}
	client := api.NewAPIClient(configuration)
	background := context.Background()
	if len(os.Args) > 2 {
		background = context.WithValue(background, api.ContextAccessToken, os.Args[2])
	}

	opened := answer(client.ContextsAPI.OpenContext(background).
		OpenContextRequest(api.OpenContextRequest{Host: ptr("nvidia-grace"), Name: ptr("script")}).Execute())
	show("open", opened)
	ctx := opened.Id

	show("region", answer(client.MemoryAPI.CreateRegion(background, ctx, "0x7f0000000000").
		RegionRequest(api.RegionRequest{Length: "0x10000000"}).Execute()))
	space := answer(client.IoasAPI.AllocIoas(background, ctx).IoasAllocRequest(api.IoasAllocRequest{}).Execute())
	show("ioas", space)
	ram := api.MapRequest{
		UserVa: ptr("0x7f0000000000"), Length: "0x10000000", Iova: ptr("0x40000000"), Access: []string{"READ", "WRITE"},
	}
	_, dryRun, _ := client.IoasAPI.MapPages(background, ctx, space.Id).MapRequest(ram).ValidateOnly(true).Execute()
	var validation api.Validation
	must(0, json.NewDecoder(dryRun.Body).Decode(&validation))
	show("would map", validation)
	show("map", answer(client.IoasAPI.MapPages(background, ctx, space.Id).MapRequest(ram).Execute()))
	show("mappings", answer(client.IoasAPI.ListMappings(background, ctx, space.Id).
		First("0x40000000").Limit(10).Execute()))

	device := answer(client.DevicesAPI.BindDevice(background, ctx).
		BindRequest(api.BindRequest{Device: "0000:01:00.0"}).Execute())
	show("device", device)
	parent := answer(client.HwptsAPI.AllocHwpt(background, ctx).HwptAllocRequest(api.HwptAllocRequest{
		DevId: device.Id, PtId: space.Id, Flags: []string{"NEST_PARENT", "DIRECT_MSI"},
	}).Execute())
	show("nest parent", parent)
	viommu := answer(client.ViommusAPI.AllocViommu(background, ctx).ViommuAllocRequest(api.ViommuAllocRequest{
		DevId: device.Id, HwptId: parent.Id, Type: "ARM_SMMUV3",
	}).Execute())
	show("viommu", viommu)
	show("vdevice", answer(client.VdevicesAPI.AllocVdevice(background, ctx).
		VdeviceAllocRequest(api.VdeviceAllocRequest{ViommuId: viommu.Id, DevId: device.Id, VirtId: "0x10"}).Execute()))
	stage1 := answer(client.MemoryAPI.BuildStage1(background, ctx).BuildStage1Request(api.BuildStage1Request{
		IoasId: space.Id, CdTableIpa: "0x40100000", TablesIpa: "0x40200000", Granule: "4K",
		Contexts: []api.BuildStage1Stage1Context{{Mappings: []api.BuildStage1Stage1Mapping{{
			Va: "0x8000000", Ipa: "0x8090000", Length: "0x1000",
			Access: []api.AccessFlag{api.ACCESSFLAG_READ, api.ACCESSFLAG_WRITE},
		}}}},
	}).Execute())
	show("stage 1", stage1)
	nested := answer(client.HwptsAPI.AllocHwpt(background, ctx).HwptAllocRequest(api.HwptAllocRequest{
		DevId: device.Id, PtId: viommu.Id, DataType: ptr("ARM_SMMUV3"),
		Data: &api.DriverDataRequest{Ste: stage1.Ste},
	}).Execute())
	show("nested", nested)
	show("attachment", answer(client.DevicesAPI.AttachDevice(background, ctx, device.Id).
		AttachRequest(api.AttachRequest{PtId: nested.Id}).Execute()))

	show("target", answer(client.InterruptsAPI.SetMsiTarget(background, ctx, device.Id).
		MsiTargetRequest(api.MsiTargetRequest{FrameBase: ptr("0x8080000")}).Execute()))
	show("vector", answer(client.InterruptsAPI.SetMsiVector(background, ctx, device.Id, 0).
		VectorRequest(api.VectorRequest{GuestVa: "0x8000040"}).Execute()))
	show("copies", answer(client.HwptsAPI.ListS2Copies(background, ctx, parent.Id).Execute()))
	show("table", answer(client.HwptsAPI.ListS2Table(background, ctx, parent.Id, "smmu0.its0").Execute()))

	show("write", answer(client.AccessesAPI.WriteMsi(background, ctx, device.Id).
		MsiWriteRequest(api.MsiWriteRequest{Vector: ptr(int64(0))}).Execute()))
	show("explain", answer(client.AccessesAPI.ExplainAccess(background, ctx, device.Id).
		ExplainRequest(api.ExplainRequest{Access: api.ACCESSFLAG_READ, Address: "0x8000000"}).Execute()))

	doorbell := api.MapRequest{
		UserVa: ptr("0x7f0000000000"), Length: "0x1000", Iova: ptr("0x8090000"), Access: []string{"READ"},
	}
	_, _, err := client.IoasAPI.MapPages(background, ctx, space.Id).MapRequest(doorbell).Execute()
	show("refused", problem(err))

	for _, value := range values() {
		text := "0x" + value.Text(16)
		_, _, err := client.IoasAPI.AllowIovas(background, ctx, space.Id).
			AllowIovasRequest(api.AllowIovasRequest{Ranges: []api.Range{{First: text, Last: "0x0"}}}).Execute()
		echoes := []string{problem(err).Params["first"].(string)}
		for _, iova := range spellings(value) {
			_, _, err := client.IoasAPI.GetMapping(background, ctx, space.Id, iova).Execute()
			echoes = append(echoes, problem(err).Params["iova"].(string))
			_, _, err = client.IoasAPI.UnmapPages(background, ctx, space.Id).Iova(iova).Length("0x1").Execute()
			echoes = append(echoes, problem(err).Params["first"].(string))
		}
		times := len(echoes)
		slices.Sort(echoes)
		fmt.Println("u64", text, "echoed", times, "times as", strings.Join(slices.Compact(echoes), " "))
	}

	_, _, err = client.ContextsAPI.CloseContext(background, ctx).Execute()
	must(0, err)
	_, _, err = client.ContextsAPI.GetContext(background, ctx).Execute()
	show("closed", problem(err))
}
