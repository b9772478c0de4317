package compute

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// UnableActions says why SoftLayer can't do some of Nova's actions.
func (d *Servers) UnableActions() map[string]string {
	const addresses = "an interface has the one address that SoftLayer chose"
	return map[string]string{
		"addFixedIp":          addresses,
		"changePassword":      "SoftLayer has no way into a server: it keeps a record of the password that it made",
		"os-getConsoleOutput": "SoftLayer keeps no log of consoles",
		"removeFixedIp":       addresses,
		"trigger_crash_dump":  "SoftLayer can't interrupt a server so",
	}
}

// partly are endpoints of compute of which SoftLayer can do a part.
var partly = []core.Part{
	{"servers", http.MethodGet, "bare metal servers among them if Options.HardwareServers says so; in lists one that was switched off elsewhere is ACTIVE, for SoftLayer tells the " +
		"power of one server at a time"},
	{"servers", http.MethodPost, "400 to boot from a volume that there is, or from a snapshot: SoftLayer boots from disks that it makes of images; one of those can be ordered as a " +
		"volume made of an image: of the size that goes with the flavor, in the storage network, and with delete_on_termination, for it goes with the server; 400 for another volume made of an image"},
	{"servers", http.MethodPost, "volumes that are made along with a server, empty or of a snapshot, are ordered right after it, and it is in BUILD until they are attached; " +
		"portable storage that there is already can be attached once a server is built"},
	{"server_action", http.MethodPost, "shelve makes an image and switches the server off, but SoftLayer keeps it where it is, and its bill goes on"},
	{"os_server_groups", http.MethodPost, "SoftLayer knows anti-affinity alone, and keeps one server on a host whatever max_server_per_host says; affinity takes a dedicated " +
		"host of the account's, and the soft policies promise nothing"},
	{"servers", http.MethodPost, "400 for a network or a local disk with a tag; that of a volume is kept and shown, but the server itself learns of none, for its metadata are SoftLayer's"},
	{"servers", http.MethodPost, "files to inject (personality) are written by cloud-init, as user data are read"},
	{"server_metadata", http.MethodPost, core.Beyond("server")},
	{"os_volume_attachments", http.MethodPost, "400 for a volume in another datacenter; a tag is kept and shown, but the server itself does not learn of it"},
	{"os_volume_attachments_detail", http.MethodDelete, "SoftLayer switches a server off and on again to detach portable storage"},
	{"os_volumes", http.MethodPost, "SoftLayer sells certain sizes: the volume may be larger"},
	{"os_snapshots", http.MethodPost, "400 where no space for snapshots was ordered with the volume, as its metadata " + volumes.SnapshotsProperty},
}

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	return errors.Join(core.ExplainParts(disp, "v2_", partly), core.ExplainParts(disp, "v21_", partly))
}
