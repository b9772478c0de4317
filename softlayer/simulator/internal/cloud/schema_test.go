package cloud

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/softlayer/softlayer-go/datatypes"
)

// Every property the simulator has data for is one softlayer-go knows, and holds what softlayer-go expects there.
func TestDataFitsTheSchema(t *testing.T) {
	w := newWorld(t, zoo)
	w.post("Security_Ssh_Key.json", map[string]any{"key": testKey, "label": "mine"})
	w.create(map[string]any{"userData": []any{map[string]any{"value": "x"}}})
	w.text("Virtual_Guest/104500012/deleteObject.json")
	w.text("Virtual_Guest/104500014/powerOff.json")
	w.clock.Advance(3 * time.Minute)
	a := w.sim.accounts[0]
	a.advance(w.clock.Now())

	c := checker{t, w.sim.schema, map[string]bool{}, map[node]bool{}}
	c.check("Account", a.self, 0)
	for _, list := range []struct {
		typ   string
		nodes []node
	}{
		{"Product_Package", nodes(w.sim.catalog.packages)}, {"Network_Pod", nodes(w.sim.catalog.pods)},
		{imageTyp, nodes(w.sim.catalog.images)}, {"Location_Datacenter", nodes(w.sim.catalog.datacenters)},
		{"Event_Log", nodes(a.events)},
	} {
		for _, n := range list.nodes {
			c.check(list.typ, n, 0)
		}
	}
}

type checker struct {
	t    *testing.T
	s    *schema
	said map[string]bool
	seen map[node]bool
}

func (c checker) check(typ string, n node, depth int) {
	if c.seen[n] || depth > 12 {
		return
	}
	c.seen[n] = true
	t := c.typeOf(typ, n)
	for _, name := range namesOf(n) {
		v, ok := n.value(name)
		if !ok {
			continue
		}
		p := t.prop(name)
		if p == nil {
			c.complain("%s has no property %s", t.name, name)
			continue
		}
		switch v := v.(type) {
		case []node:
			if p.kind != toMany {
				c.complain("%s.%s is no list", t.name, name)
				continue
			}
			for _, n := range v {
				c.check(p.typ.name, n, depth+1)
			}
		case node:
			if p.kind != toOne {
				c.complain("%s.%s is no object", t.name, name)
				continue
			}
			c.check(p.typ.name, v, depth+1)
		case []string:
			if p.kind != scalars {
				c.complain("%s.%s is no list of scalars", t.name, name)
			}
		default:
			if p.kind != scalar && v != nil {
				c.complain("%s.%s holds %T", t.name, name, v)
			}
		}
	}
}

// typeOf is the declared type or, for a subclass, the object's own.
func (c checker) typeOf(declared string, n node) *schemaType {
	for _, t := range c.s.types {
		if r, ok := n.(*record); ok && t.name == r.typ {
			return t
		}
	}
	for _, t := range c.s.types {
		if t.name == declared {
			return t
		}
	}
	c.t.Fatalf("no type %s", declared)
	return nil
}

func (c checker) complain(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !c.said[text] {
		c.said[text] = true
		c.t.Error(text)
	}
}

func namesOf(n node) []string {
	var names []string
	add := func(m any) {
		for _, k := range reflect.ValueOf(m).MapKeys() {
			names = append(names, k.String())
		}
	}
	switch n := n.(type) {
	case *guest:
		add(guestProps)
	case *nic:
		add(nicProps)
	case *record:
		add(n.fields)
	case *vlan:
		add(n.fields)
	case *subnet:
		add(n.fields)
	case *user:
		add(n.fields)
	}
	return names
}

// What the simulator answers decodes into softlayer-go's types without an error.
func TestAnswersDecode(t *testing.T) {
	w := newWorld(t, zoo)
	w.create(nil)
	w.clock.Advance(3 * time.Minute)
	for path, into := range map[string]any{
		"Account.json":                                            new(datatypes.Account),
		"Account/getCurrentUser.json":                             new(datatypes.User_Customer),
		"Account/getVirtualGuests.json":                           new([]datatypes.Virtual_Guest),
		"Account/getVirtualGuests.json" + query(fullMask, "", ""): new([]datatypes.Virtual_Guest),
		"Account/getNetworkVlans.json" + query("mask[subnets[ipAddresses],virtualGuests,primaryRouter[datacenter],networkSpace,totalPrimaryIpAddressCount]", "", ""): new([]datatypes.Network_Vlan),
		"Account/getSubnets.json" + query("mask[datacenter,addressSpace,networkVlan,ipAddressCount]", "", ""):                                                        new([]datatypes.Network_Subnet),
		"Account/getPrivateBlockDeviceTemplateGroups.json" + query("mask[children[blockDevices.diskImage],blockDevicesDiskSpaceTotal,status,imageType]", "", ""):     new([]datatypes.Virtual_Guest_Block_Device_Template_Group),
		imageTyp + "/getPublicImages.json":        new([]datatypes.Virtual_Guest_Block_Device_Template_Group),
		"Location_Datacenter/getDatacenters.json": new([]datatypes.Location),
		"Network_Pod/getAllObjects.json":          new([]datatypes.Network_Pod),
		"Product_Package/835/getItems.json" + query("mask[prices[categories],itemCategory,softwareDescription]", "", ""):                               new([]datatypes.Product_Item),
		"Product_Package/835/getActivePresets.json" + query("mask[prices,configuration[price.item,category],locations,totalMinimumHourlyFee]", "", ""): new([]datatypes.Product_Package_Preset),
		"Virtual_Guest/getCreateObjectOptions.json":                  new(datatypes.Container_Virtual_Guest_Configuration),
		"Virtual_Guest/104500012/getBillingItem.json":                new(datatypes.Billing_Item_Virtual_Guest),
		"Virtual_Guest/104500020/getActiveTransaction.json":          new(datatypes.Provisioning_Version1_Transaction),
		"User_Customer/411001/getPermissions.json":                   new([]datatypes.User_Customer_CustomerPermission_Permission),
		"Virtual_Guest/104500012/getBillingCycleBandwidthUsage.json": new([]datatypes.Network_Bandwidth_Usage),
	} {
		if err := json.Unmarshal([]byte(w.text(path)), into); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestSchema(t *testing.T) {
	s := newSchema()
	guest := s.byName("SoftLayer_Virtual_Guest")
	for name, want := range map[string]struct {
		kind  kind
		typ   string
		count string
		local bool
	}{
		"hostname":               {scalar, "", "", true},
		"createDate":             {scalar, "", "", true},
		"primaryIpAddress":       {scalar, "", "", false},
		"datacenter":             {toOne, "Location", "", false},
		"blockDevices":           {toMany, "Virtual_Guest_Block_Device", "", false},
		"activeTransactionCount": {scalar, "", "activeTransactions", false},
	} {
		p := guest.prop(name)
		if p == nil || p.kind != want.kind || p.countOf != want.count || p.local != want.local || (p.typ == nil) != (want.typ == "") || p.typ != nil && p.typ.name != want.typ {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if guest.prop("nothing") != nil || s.byName("Nothing") != nil {
		t.Error("the schema made something up")
	}
	if p := s.byName("Hardware_Server").prop("hostname"); p == nil {
		t.Error("a subclass lacks its parent's properties")
	}
	if p := s.byName("Network_Subnet").prop("ipAddressCount"); p.countOf != "ipAddresses" {
		t.Errorf("%+v", p)
	}
}
