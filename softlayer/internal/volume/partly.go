package volume

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// partly are endpoints of Cinder of which SoftLayer can do a part.
var partly = []core.Part{
	{"volumes", http.MethodPost, "400 to make a volume of an image or a backup: SoftLayer copies volumes and snapshots; a volume may be larger than ordered, for SoftLayer sells certain sizes"},
	{"snapshots", http.MethodPost, "400 where no space for snapshots was ordered with the volume, as its metadata " + SnapshotsProperty +
		", and the program does not let the driver order it; portable storage has none"},
	{"volume_action", http.MethodPost, "400 to upload a volume to an image or to put one on it, which SoftLayer can't; to extend portable storage; and to retype " +
		"but between the types of endurance"},
	{"os_quota_set", http.MethodGet, "SoftLayer tells no limits of an account: they are -1"},
}

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	var faults []error
	for _, version := range []string{"v1_", "v2_", "v3_"} {
		served := slices.DeleteFunc(slices.Clone(partly), func(p core.Part) bool { return disp.Handler(version+p.Name) == nil })
		faults = append(faults, core.ExplainParts(disp, version, served))
	}
	return errors.Join(faults...)
}
