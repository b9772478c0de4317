package compute

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

func TestSearchesKeepText(t *testing.T) {
	for _, s := range searches(compute.ServerQuery{Tags: []string{"is null"}, ImageID: "is null"}) {
		if text := s.where.String(); text != `{"tagReferences":{"tag":{"name":{"operation":"in","options":[{"name":"data","value":["is null"]}]}}}}` {
			t.Error(text)
		}
	}
}
