package cloud

import (
	"strings"
	"testing"
)

// The masks a driver uses for servers, which have to work strictly and completely.
const (
	fullMask = `mask[id,globalIdentifier,accountId,hostname,domain,createDate,modifyDate,provisionDate,startCpus,maxCpu,maxMemory,
  hourlyBillingFlag,localDiskFlag,dedicatedAccountHostOnlyFlag,privateNetworkOnlyFlag,notes,placementGroupId,
  status.keyName,powerState.keyName,datacenter[id,name],primaryIpAddress,primaryBackendIpAddress,
  activeTransaction[id,createDate,elapsedSeconds,transactionStatus.name,transactionGroup.name],lastOperatingSystemReload.id,
  blockDeviceTemplateGroup[id,globalIdentifier,name],operatingSystem.softwareLicense.softwareDescription[referenceCode,name,version],
  blockDevices[id,device,mountType,bootableFlag,diskImage[id,capacity,name,description,metadataFlag,type.keyName]],
  networkComponents[id,port,name,macAddress,status,maxSpeed,primaryIpAddress,networkVlan[id,name,vlanNumber,networkSpace],
     primaryVersion6IpAddressRecord.ipAddress,securityGroupBindings[securityGroup[id,name]]],
  sshKeys[id,label],tagReferences.tag.name,userData.value,billingItem[id,cancellationDate,orderItem[preset.keyName,order.userRecordId]]]`
	listMask = `mask[id,globalIdentifier,accountId,hostname,domain,createDate,modifyDate,provisionDate,startCpus,maxCpu,maxMemory,
  hourlyBillingFlag,localDiskFlag,dedicatedAccountHostOnlyFlag,privateNetworkOnlyFlag,notes,placementGroupId,
  status.keyName,powerState.keyName,datacenter[id,name],primaryIpAddress,primaryBackendIpAddress,
  activeTransaction[id,createDate,elapsedSeconds,transactionStatus.name,transactionGroup.name],lastOperatingSystemReload.id,
  blockDeviceTemplateGroup[id,globalIdentifier,name],
  blockDevices[id,device,mountType,bootableFlag],
  networkComponents[id,port,name,macAddress,status,maxSpeed,primaryIpAddress,networkVlan[id,name,vlanNumber,networkSpace],
     primaryVersion6IpAddressRecord.ipAddress,securityGroupBindings[securityGroup[id,name]]],
  tagReferences.tag.name,billingItem[id,cancellationDate,orderItem[preset.keyName,order.userRecordId]]]`
)

func oneGuest(o *Options) {
	o.Accounts = demoAccounts()
	o.Accounts[0].Guests = []Guest{{Hostname: "web", Tags: []string{"prod", "eu"}, Notes: "n", UserData: "#cloud-config"}}
}

func TestMaskForms(t *testing.T) {
	w := newWorld(t, oneGuest)
	const want = `[{"hostname":"web","id":104500012,"datacenter":{"name":"dal13"}}]`
	for _, mask := range []string{
		"mask[id,hostname,datacenter.name]",
		"mask[id,hostname,datacenter[name]]",
		" mask [ id ,\n hostname , datacenter [ name ] ] ",
		"mask.id,mask.hostname,mask.datacenter.name",
		"[mask[id,hostname],mask.datacenter.name]",
		"filteredMask[id,hostname,datacenter.name]",
		"mask(SoftLayer_Virtual_Guest)[id,hostname,datacenter(SoftLayer_Location)[name]]",
		"mask[id,hostname,datacenter(SoftLayer_Location_Datacenter).name]",
		"id;hostname;datacenter.name",
		"mask[datacenter[name],id,hostname,id]",
	} {
		if got := w.text("Account/getVirtualGuests.json" + query(mask, "", "")); got != want {
			t.Errorf("%s: %s", mask, got)
		}
	}
}

func TestMaskSemantics(t *testing.T) {
	w := newWorld(t, oneGuest)
	object := func(mask string) any { return w.get("Virtual_Guest/104500012.json" + query(mask, "", "")) }

	all := object("").(map[string]any)
	for _, name := range []string{"hostname", "modifyDate", "lastPowerStateId", "globalIdentifier", "status", "primaryIpAddress"} {
		if _, ok := all[name]; !ok {
			t.Errorf("default properties lack %s", name)
		}
	}
	for _, name := range []string{"datacenter", "activeTransaction", "virtualGuestCount", "hourlyBillingFlag"} {
		if _, ok := all[name]; ok {
			t.Errorf("default properties have %s", name)
		}
	}
	if v, ok := all["placementGroupId"]; !ok || v != nil {
		t.Error("an unset column is not null")
	}

	// Relations keep the columns, a column drops the others.
	if v := object("mask[datacenter]").(map[string]any); v["hostname"] != "web" || str(v, "datacenter", "longName") == "" {
		t.Errorf("a mask of relations lost columns: %v", v)
	}
	if v := object("mask[hourlyBillingFlag]").(map[string]any); v["hostname"] != "web" || v["hourlyBillingFlag"] != true {
		t.Errorf("a mask of relational scalars lost columns: %v", v)
	}
	if v := object("mask[id,datacenter]").(map[string]any); len(v) != 2 {
		t.Errorf("a mask with a column kept others: %v", v)
	}
	for _, mask := range []string{"mask", "mask[]", "[mask]"} {
		if v := object(mask).(map[string]any); len(v) != len(all) {
			t.Errorf("%s is not the default", mask)
		}
	}

	// Unset: to-one left out, to-many empty, counts when asked for.
	v := object("mask[id,activeTransaction,activeTransactionCount,activeTransactions,networkComponentCount,sshKeys,dedicatedHost]")
	if got := len(v.(map[string]any)); got != 5 {
		t.Errorf("unset properties: %v", v)
	}
	if at(v, "networkComponentCount") != 2.0 || at(v, "activeTransactionCount") != 0.0 {
		t.Errorf("counts: %v", v)
	}
	if list, ok := at(v, "sshKeys").([]any); !ok || len(list) != 0 {
		t.Errorf("sshKeys: %v", v)
	}
}

func TestFullMask(t *testing.T) {
	w := newWorld(t, oneGuest)
	v := w.get("Virtual_Guest/104500012.json" + query(fullMask, "", ""))
	for _, path := range [][]string{
		{"globalIdentifier"}, {"createDate"}, {"provisionDate"}, {"notes"}, {"status", "keyName"}, {"powerState", "keyName"},
		{"datacenter", "name"}, {"primaryIpAddress"}, {"primaryBackendIpAddress"},
		{"operatingSystem", "softwareLicense", "softwareDescription", "referenceCode"},
		{"billingItem", "orderItem", "preset", "keyName"},
	} {
		if str(v, path...) == "" {
			t.Errorf("no %v in %v", path, v)
		}
	}
	for _, name := range []string{"blockDevices", "networkComponents", "tagReferences"} {
		if n := len(listAt(v, name)); n != 2 {
			t.Errorf("%d %s", n, name)
		}
	}
	if c := listAt(v, "networkComponents")[1]; str(c, "networkVlan", "networkSpace") != "PUBLIC" || str(c, "primaryIpAddress") != str(v, "primaryIpAddress") {
		t.Errorf("public component: %v", c)
	}
	if b := listAt(v, "blockDevices")[1]; str(b, "diskImage", "type", "keyName") != "SWAP" {
		t.Errorf("swap: %v", b)
	}
	if u := listAt(v, "userData"); len(u) != 1 || str(u[0], "value") != "#cloud-config" {
		t.Errorf("userData: %v", u)
	}
	if n := len(w.get("Account/getVirtualGuests.json" + query(listMask, "", "")).([]any)); n != 1 {
		t.Errorf("%d guests by the list mask", n)
	}
}

func TestMaskErrors(t *testing.T) {
	w := newWorld(t, oneGuest)
	for mask, fragment := range map[string]string{
		"mask[id,bogus]":                        "'bogus'",
		"mask[datacenter[bogus]]":               "SoftLayer_Location",
		"mask[hostname[x]]":                     "hostname",
		"mask(SoftLayer_Nothing)[id]":           "SoftLayer_Nothing",
		"mask[id":                               "offset 7",
		"mask[id]]":                             "unexpected",
		"mask[,]":                               "property name",
		"mask.":                                 "property name",
		"id,hostname":                           "unexpected",
		"mask" + strings.Repeat("[account", 99): "too deeply",
	} {
		rec := w.do("GET", "Account/getVirtualGuests.json"+query(mask, "", ""), "")
		w.fails(rec, 500, "Public", fragment)
	}
	// Lenient, what is wrong is as if it had not been said.
	w = newWorld(t, oneGuest, lenient)
	if got := w.text("Account/getVirtualGuests.json" + query("mask[id,bogus,datacenter[name,x]]", "", "")); got != `[{"id":104500012,"datacenter":{"name":"dal13"}}]` {
		t.Error(got)
	}
}

func TestPlanCacheIsBounded(t *testing.T) {
	w := newWorld(t, oneGuest)
	for i := range 2 * maxPlans {
		w.text("Account/getVirtualGuests.json" + query("mask[id]"+strings.Repeat(" ", i), "", ""))
	}
	if n := len(w.sim.plans.plans); n > maxPlans {
		t.Errorf("%d plans cached", n)
	}
}

func FuzzParseMask(f *testing.F) {
	for _, seed := range []string{"", "mask", fullMask, "[mask[id],mask(SoftLayer_Hardware_Server)[activeTransaction]]", "id;hostname;a.b", "mask[a.b(C)[d]]", "mask[[["} {
		f.Add(seed)
	}
	s := newSchema()
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseMask(text)
		if err != nil {
			return
		}
		guest := s.byName("Virtual_Guest")
		if _, err := s.compileMask(m, guest, false); err != nil {
			t.Errorf("lenient compilation failed: %v", err)
		}
		_, _ = s.compileMask(m, guest, true)
	})
}
