package dev.directmsi.vmm;

import dev.directmsi.vmm.client.ApiException;
import dev.directmsi.vmm.client.model.CompareItsResponse;
import dev.directmsi.vmm.client.model.HostDeviceResponse;
import dev.directmsi.vmm.client.model.HostResponse;
import dev.directmsi.vmm.client.model.SmmuResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which of a host's devices the guest gets: one for each pair of SMMU and ITS, and with direct MSI
/// also a group whose members have different ITSes.
final class DeviceChoice {

    private static final int PAIRS = 6;

    private DeviceChoice() {}

    static List<String> of(Service service, HostResponse host, Mode mode) throws ApiException {
        List<String> usable = usable(host);
        if (usable.isEmpty()) {
            return usable;
        }
        CompareItsResponse compared = service.compareIts(host.getName(), usable);
        Set<String> chosen =
                compared.getSets().stream()
                        .limit(PAIRS)
                        .map(set -> set.getDevices().getFirst())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (mode == Mode.DIRECT && !compared.getSpanningGroups().isEmpty()) {
            int group = compared.getSpanningGroups().getFirst().getGroup();
            host.getDevices().stream()
                    .filter(device -> device.getGroup() == group)
                    .map(HostDeviceResponse::getName)
                    .filter(usable::contains)
                    .forEach(chosen::add);
        }
        return List.copyOf(chosen);
    }

    private static List<String> usable(HostResponse host) {
        Set<String> nesting =
                host.getSmmus().stream()
                        .filter(SmmuResponse::getNesting)
                        .map(SmmuResponse::getName)
                        .collect(Collectors.toSet());
        return host.getDevices().stream()
                .filter(device -> device.getSmmu() != null && nesting.contains(device.getSmmu()))
                .filter(device -> device.getIts() != null && !device.getMsiBypassesSmmu())
                .filter(device -> device.getMsix() > 0 || device.getMsi() != null)
                .map(HostDeviceResponse::getName)
                .toList();
    }
}
