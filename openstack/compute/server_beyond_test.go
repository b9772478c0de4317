package compute_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestBeyond: what a driver does not know is named, what changes nothing is not.
func TestBeyond(t *testing.T) {
	plain := compute.ServerCreate{
		Name: "n", Description: "n", Hostname: "n", ImageRef: "i", FlavorRef: "1", MinCount: 1, MaxCount: 2, AutoDisk: true, AdminPassword: "p",
		SecurityGroups: []string{"default"}, SchedulerHints: map[string]any{"x": 1}, ReservationID: "r", Multiattach: true,
		BlockDevices: []compute.BlockDevice{{Source: "image", Destination: "local", UUID: "i"}},
	}
	if got := plain.Beyond(); got != nil {
		t.Errorf("%v is beyond a plain order", got)
	}
	full := compute.ServerCreate{
		Name: "n", Description: "d", Hostname: "h", KeyName: "k", AvailabilityZone: "z", Hypervisor: "h", Metadata: map[string]string{"a": "b"},
		Tags: []string{"t"}, UserData: []byte("u"), ConfigDrive: true, SecurityGroups: []string{"default", "web"}, NoNetwork: true,
		BlockDevices: []compute.BlockDevice{{Source: "blank", Destination: "volume", Size: 1}}, Files: []compute.File{{Path: "/a"}}, AccessIPv4: "4", AccessIPv6: "6", ServerGroup: "g",
	}
	all := full.Beyond()
	want := []string{"hostname", "description", "key_name", "availability_zone", "host", "metadata", "tags", "user_data", "config_drive", "security_groups",
		"networks", "block_device_mapping_v2", "personality", "accessIPv4", "accessIPv6", "os:scheduler_hints"}
	if !slices.Equal(all, want) {
		t.Errorf("%v is beyond, want %v", all, want)
	}
	if got := full.Beyond(want[1:]...); !slices.Equal(got, want[:1]) {
		t.Errorf("%v is beyond all but one", got)
	}
}

// TestBeyondComplete: a member that an order grows is in Beyond, or named here.
func TestBeyondComplete(t *testing.T) {
	const plain = 9  // Name ImageRef FlavorRef MinCount MaxCount AutoDisk AdminPassword ReservationID Multiattach
	const paired = 3 // Networks, NoNetwork and AutoNetwork, ServerGroup and SchedulerHints are one member each
	full := reflect.TypeFor[compute.ServerCreate]().NumField()
	if n := 16 + plain + paired; n != full {
		t.Errorf("an order has %d fields, Beyond knows %d", full, n)
	}
}

// TestRest: a state's three parts go together.
func TestRest(t *testing.T) {
	s := compute.Server{TaskState: "powering-off"}
	s.Rest(compute.StateStopped)
	if s.Status != "SHUTOFF" || s.VMState != "stopped" || s.PowerState != compute.PowerShutdown || s.TaskState != "" {
		t.Errorf("%+v", s)
	}
	seen := make(map[string]bool)
	for at := compute.StateBuilding; at <= compute.StateFailed; at++ {
		status, vm, _ := at.Triple()
		if status == "" || vm == "" || seen[status] {
			t.Errorf("state %d is %s, %s", at, status, vm)
		}
		seen[status] = true
	}
	if status, _, _ := compute.State(200).Triple(); status != "ERROR" {
		t.Errorf("an unknown state is %s", status)
	}
}
