package compute

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// alone are drivers with one interface each, beside the ServerGetter that many
// endpoints need. They are registered, never called.
var alone = map[string]any{
	"ServerLister": struct {
		ServerGetter
		ServerLister
	}{},
	"ServerGetter": struct{ ServerGetter }{},
	"ServerCreator": struct {
		ServerGetter
		ServerCreator
	}{},
	"ActionLister": struct {
		ServerGetter
		ActionLister
	}{},
	"FlavorGetter": struct {
		ServerGetter
		FlavorGetter
	}{},
	"FlavorLister": struct {
		ServerGetter
		FlavorLister
	}{},
	"FloatingIPAllocator": struct {
		ServerGetter
		FloatingIPAllocator
	}{},
	"FloatingIPAssociator": struct {
		ServerGetter
		FloatingIPAssociator
	}{},
	"FloatingIPLister": struct {
		ServerGetter
		FloatingIPLister
	}{},
	"HypervisorLister": struct {
		ServerGetter
		HypervisorLister
	}{},
	"KeypairCreator": struct {
		ServerGetter
		KeypairCreator
	}{},
	"KeypairDeleter": struct {
		ServerGetter
		KeypairDeleter
	}{},
	"KeypairLister": struct {
		ServerGetter
		KeypairLister
	}{},
	"LimitsGetter": struct {
		ServerGetter
		LimitsGetter
	}{},
	"NetworkLister": struct {
		ServerGetter
		NetworkLister
	}{},
	"QuotaGetter": struct {
		ServerGetter
		QuotaGetter
	}{},
	"SecurityGroupEditor": struct {
		ServerGetter
		SecurityGroupEditor
	}{},
	"SecurityGroupLister": struct {
		ServerGetter
		SecurityGroupLister
	}{},
	"AllSecurityGroupLister": struct {
		ServerGetter
		AllSecurityGroupLister
	}{},
	"SecurityGroupRuler": struct {
		ServerGetter
		SecurityGroupRuler
	}{},
	"ServerAddresser": struct {
		ServerGetter
		ServerAddresser
	}{},
	"ServerBackuper": struct {
		ServerGetter
		ServerBackuper
	}{},
	"ServerConsoleReader": struct {
		ServerGetter
		ServerConsoleReader
	}{},
	"ServerConsoler": struct {
		ServerGetter
		ServerConsoler
	}{},
	"ConsoleFinder": struct {
		ServerGetter
		ConsoleFinder
	}{},
	"ServerCrasher": struct {
		ServerGetter
		ServerCrasher
	}{},
	"ServerDeleter": struct {
		ServerGetter
		ServerDeleter
	}{},
	"ServerGroupCreator": struct {
		ServerGetter
		ServerGroupCreator
	}{},
	"ServerGroupDeleter": struct {
		ServerGetter
		ServerGroupDeleter
	}{},
	"ServerGroupLister": struct {
		ServerGetter
		ServerGroupLister
	}{},
	"ServerImager": struct {
		ServerGetter
		ServerImager
	}{},
	"ServerInterfaceAttacher": struct {
		ServerGetter
		ServerInterfaceAttacher
	}{},
	"ServerInterfaceLister": struct {
		ServerGetter
		ServerInterfaceLister
	}{},
	"ServerLocker": struct {
		ServerGetter
		ServerLocker
	}{},
	"ServerMarker": struct {
		ServerGetter
		ServerMarker
	}{},
	"ServerMetadataChanger": struct {
		ServerGetter
		ServerMetadataChanger
	}{},
	"ServerPasswordChanger": struct {
		ServerGetter
		ServerPasswordChanger
	}{},
	"ServerPauser": struct {
		ServerGetter
		ServerPauser
	}{},
	"ServerRebooter": struct {
		ServerGetter
		ServerRebooter
	}{},
	"ServerRebuilder": struct {
		ServerGetter
		ServerRebuilder
	}{},
	"ServerRescuer": struct {
		ServerGetter
		ServerRescuer
	}{},
	"ServerResizer": struct {
		ServerGetter
		ServerResizer
	}{},
	"ServerSecurityGrouper": struct {
		ServerGetter
		ServerSecurityGrouper
	}{},
	"ServerShelver": struct {
		ServerGetter
		ServerShelver
	}{},
	"ServerStarter": struct {
		ServerGetter
		ServerStarter
	}{},
	"ServerStopper": struct {
		ServerGetter
		ServerStopper
	}{},
	"ServerSuspender": struct {
		ServerGetter
		ServerSuspender
	}{},
	"ServerTagger": struct {
		ServerGetter
		ServerTagger
	}{},
	"ServerUpdater": struct {
		ServerGetter
		ServerUpdater
	}{},
	"ServerVolumeAttacher": struct {
		ServerGetter
		ServerVolumeAttacher
	}{},
	"ServerVolumeChanger": struct {
		ServerGetter
		ServerVolumeChanger
	}{},
	"ServerVolumeLister": struct {
		ServerGetter
		ServerVolumeLister
	}{},
	"ServerVolumeSwapper": struct {
		ServerGetter
		ServerVolumeSwapper
	}{},
	"UnableExplainer": struct {
		ServerGetter
		UnableExplainer
	}{},
	"UsageLister": struct {
		ServerGetter
		UsageLister
	}{},
	"ZoneLister": struct {
		ServerGetter
		ZoneLister
	}{},
	"AggregateKeeper": struct {
		ServerGetter
		AggregateKeeper
	}{},
	"AllUsageLister": struct {
		ServerGetter
		AllUsageLister
	}{},
	"ExternalEventTaker": struct {
		ServerGetter
		ExternalEventTaker
	}{},
	"FlavorAccessKeeper": struct {
		ServerGetter
		FlavorAccessKeeper
	}{},
	"FlavorEditor": struct {
		ServerGetter
		FlavorEditor
	}{},
	"MigrationEnder": struct {
		ServerGetter
		MigrationEnder
	}{},
	"MigrationLister": struct {
		ServerGetter
		MigrationLister
	}{},
	"QuotaKeeper": struct {
		ServerGetter
		QuotaKeeper
	}{},
	"ServerDiagnoser": struct {
		ServerGetter
		ServerDiagnoser
	}{},
	"ServerEvacuator": struct {
		ServerGetter
		ServerEvacuator
	}{},
	"ServerLiveMigrator": struct {
		ServerGetter
		ServerLiveMigrator
	}{},
	"ServerMigrator": struct {
		ServerGetter
		ServerMigrator
	}{},
	"ServerNetworkInjector": struct {
		ServerGetter
		ServerNetworkInjector
	}{},
	"ServerOffloader": struct {
		ServerGetter
		ServerOffloader
	}{},
	"ServerStateResetter": struct {
		ServerGetter
		ServerStateResetter
	}{},
	"ServiceEditor": struct {
		ServerGetter
		ServiceEditor
	}{},
	"ServiceLister": struct {
		ServerGetter
		ServiceLister
	}{},
	"UserKeypairs": struct {
		ServerGetter
		UserKeypairs
	}{},
	"image.Lister": struct {
		ServerGetter
		image.Lister
	}{},
	"image.Getter": struct {
		ServerGetter
		image.Getter
	}{},
	"image.Deleter": struct {
		ServerGetter
		image.Deleter
	}{},
	"image.Updater": struct {
		ServerGetter
		image.Updater
	}{},
	"volume.Lister": struct {
		ServerGetter
		volume.Lister
	}{},
	"volume.Getter": struct {
		ServerGetter
		volume.Getter
	}{},
	"volume.Creator": struct {
		ServerGetter
		volume.Creator
	}{},
	"volume.Deleter": struct {
		ServerGetter
		volume.Deleter
	}{},
	"volume.SnapshotLister": struct {
		ServerGetter
		volume.SnapshotLister
	}{},
	"volume.SnapshotGetter": struct {
		ServerGetter
		volume.SnapshotGetter
	}{},
	"volume.SnapshotCreator": struct {
		ServerGetter
		volume.SnapshotCreator
	}{},
	"volume.SnapshotDeleter": struct {
		ServerGetter
		volume.SnapshotDeleter
	}{},
}

// interfaceTable is what each interface adds to a ServerGetter, as doc.go has it: the
// endpoints of 2.1 by their names without "v21_", and actions of servers.
func interfaceTable(t *testing.T) string {
	served := func(driver any) map[string]bool {
		all := make(map[string]bool)
		_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
			Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				if err := Register(disp, driver, Options{}); err != nil {
					return err
				}
				for _, e := range jumpgate.Endpoints(jumpgate.Compute) {
					name, ok := strings.CutPrefix(e.Name, "v21_")
					methods, _ := disp.Handler(e.Name).(jumpgate.Methods)
					for method := range methods {
						if ok && disp.Reasons(e.Name)[method] == "" {
							all[method+" "+name] = true
						}
					}
				}
				for action := range (&service{}).doers(driver) {
					all["action "+action] = true
				}
				return nil
			}),
		}}})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	base := served(alone["ServerGetter"])
	var b strings.Builder
	for _, i := range driverInterfaces {
		name := strings.TrimPrefix(i.String(), "compute.")
		driver, ok := alone[name]
		if !ok {
			t.Errorf("%s is missing above", name)
			continue
		}
		has := served(driver)
		if name != "ServerGetter" {
			maps.DeleteFunc(has, func(what string, _ bool) bool { return base[what] })
		}
		adds := strings.Join(slices.Sorted(maps.Keys(has)), ", ")
		if adds == "" {
			adds = "(only beside another interface)"
		}
		fmt.Fprintf(&b, "//\t%-24s %s\n", name, adds)
	}
	return b.String()
}

// TestInterfaceTable: the package's documentation begins with what follows from
// each interface. JUMPGATE_UPDATE=1 writes it anew.
func TestInterfaceTable(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "// The interfaces, and what each serves:\n//\n")
	_, after, _ := strings.Cut(rest, "//\n// Facts come")
	want := before + "// The interfaces, and what each serves:\n//\n" + interfaceTable(t) + "//\n// Facts come" + after
	if string(text) == want {
		return
	}
	if os.Getenv("JUMPGATE_UPDATE") == "" {
		t.Fatal("doc.go is out of date: JUMPGATE_UPDATE=1 go test -run InterfaceTable ./openstack/compute")
	}
	if err := os.WriteFile("doc.go", []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
