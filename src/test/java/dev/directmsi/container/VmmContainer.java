package dev.directmsi.container;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/// The virtual VMM, from the same image as the service; `start` returns when it has ended well.
public final class VmmContainer extends GenericContainer<VmmContainer> {

    /// @param url the service, as seen from the service's network
    /// @param options as on the command line
    public VmmContainer(String url, String... options) {
        super(DockerImageName.parse(ServiceContainer.IMAGE));
        String[] command = new String[options.length + 5];
        command[0] = "dev.directmsi.vmm.VirtualMachineMonitor";
        command[1] = "--url";
        command[2] = url;
        command[3] = "--token";
        command[4] = ServiceContainer.TOKEN;
        System.arraycopy(options, 0, command, 5, options.length);
        withCommand(command);
        withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Engine.PATIENCE));
    }

    /// What it told.
    public String transcript() {
        return getLogs();
    }
}
