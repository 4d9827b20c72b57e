package dev.directmsi.api.device;

import static dev.directmsi.api.device.Vm.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Reply;
import org.junit.jupiter.api.Test;

/// A plan says which copies a virtual machine would take, and the first thing in its way.
class MsiPlanTest {

    private final Vm vm = Vm.on("lab");

    @Test
    void devicesOfTwoItsesTakeTwoCopies() {
        Reply plan =
                vm.post(
                                "/msi/plan",
                                "{'devices':[{'device':'0000:01:00.0','frameBase':'0x8080000'},"
                                        + "{'device':'0000:02:00.0','doorbell':'0x8090040'}]}")
                        .expect(200);

        assertThat(plan.json())
                .isEqualTo(
                        json(
                                """
                                {'copies':[
                                  {'key':'smmu0.its0','smmu':'smmu0','its':'its0','members':['0000:01:00.0'],
                                   'msiPages':[{'first':'0x8090000','last':'0x8090fff'}]},
                                  {'key':'smmu0.its1','smmu':'smmu0','its':'its1','members':['0000:02:00.0'],
                                   'msiPages':[{'first':'0x8090000','last':'0x8090fff'}]}],
                                 'demands':[{'smmu':'smmu0','vmidsNeeded':2,'vmidsFree':65535}]}
                                """));
    }

    @Test
    void firstConflictIsTheProblemThatTheRealCallWouldGive() {
        Reply plan =
                vm.post(
                                "/msi/plan",
                                "{'devices':[{'device':'0000:01:00.0','frameBase':'0x8081000'}]}")
                        .expect(200);

        assertThat(plan.at("/conflict/device")).isEqualTo("0000:01:00.0");
        assertThat(plan.at("/conflict/problem/code")).isEqualTo("TARGET_FRAME_NOT_ALIGNED");
        vm.post("/msi/plan", "{'hwptId':7,'devices':[]}").expect(422).problem("HWPT_MISSING");
    }
}
