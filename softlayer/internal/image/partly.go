package image

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

const (
	noData = "204 for the data of images that were not uploaded here, but for the project's own templates in the formats vhd and iso where " +
		"the program has a bucket: SoftLayer copies those at the first download, which is answered 503 with Retry-After until the copy is there"
	noPublic = "403 to make an image public or community: SoftLayer shares templates with accounts"
)

// partly are endpoints of Glance of which SoftLayer can do a part.
var partly = []core.Part{
	{"v1_images", http.MethodPost, noPublic},
	{"v1_image", http.MethodPut, noPublic + "; " + core.Beyond("template")},
	{"v1_image", http.MethodGet, noData},
	{"v2_images", http.MethodPost, noPublic},
	{"v2_image", http.MethodPatch, noPublic + "; " + core.Beyond("template")},
	{"v2_image_file", http.MethodGet, noData},
	{"v2_image_file", http.MethodPut, "403 where the program has no place for data; 400 for other formats than vhd, iso, vmdk and qcow2 where SoftLayer makes templates of it"},
	{"v2_image_actions_deactivate", http.MethodPost, "403: SoftLayer can't keep an account from its templates"},
}

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	return core.ExplainParts(disp, "", partly)
}
