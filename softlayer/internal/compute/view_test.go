package compute

import (
	"slices"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

func TestNetworkNames(t *testing.T) {
	vlan := func(id int, name, note string) records.VLANName {
		return records.VLANName{Name: name, FullName: []string{"", "dal13.fcr01.801", "dal13.bcr01.802"}[id], Note: note}
	}
	for _, test := range []struct {
		public, private records.VLANName
		want            []string
	}{
		{vlan(1, "", ""), vlan(2, "", ""), []string{"dal13.fcr01.801", "dal13.bcr01.802"}},
		{vlan(1, "front", ""), vlan(2, "", ""), []string{"front", "dal13.bcr01.802"}},
		{vlan(1, "front", `--os:{"h":"front","n":"The front of everything"}`), vlan(2, "back", ""), []string{"The front of everything", "back"}},
		{vlan(1, "app", ""), vlan(2, "app", ""), []string{"dal13.fcr01.801", "dal13.bcr01.802"}}, // not one network with both addresses
		{records.VLANName{}, records.VLANName{}, []string{"public", "private"}},
	} {
		private := shownInterface{ownAddresses: ownAddresses{PrimaryIP: "10.64.0.2"}, VLAN: test.private}
		public := publicInterface{shownInterface: shownInterface{ownAddresses: ownAddresses{PrimaryIP: "198.18.0.2"}, VLAN: test.public}}
		var got []string
		for _, n := range networksOf(&public, &private) {
			if len(n.Addresses) != 1 {
				t.Errorf("%+v", n)
			}
			got = append(got, n.Name)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
