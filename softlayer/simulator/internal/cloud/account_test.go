package cloud

import (
	"strings"
	"testing"
	"time"
)

const (
	testKey         = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g test@example.com"
	testFingerprint = "05:6d:11:6f:aa:82:7f:17:e4:a2:92:09:ca:cf:9d:42"
)

func TestSSHKeys(t *testing.T) {
	w := newWorld(t)
	if got := w.text("Account/getSshKeys.json"); got != "[]" {
		t.Error(got)
	}
	key := w.post("Security_Ssh_Key.json", map[string]any{"key": testKey, "label": "mine", "notes": nil})
	if str(key, "fingerprint") != testFingerprint || at(key, "modifyDate") != nil {
		t.Errorf("%v", key)
	}
	id := textOf(at(key, "id"))
	for body, fragment := range map[string]string{
		parameters(t, map[string]any{"key": testKey, "label": "again"}):                "SSH key already exists",
		parameters(t, map[string]any{"key": "ssh-rsa x", "label": "x"}):                "Unable to generate a fingerprint",
		parameters(t, map[string]any{"key": "hello", "label": "x"}):                    "Unable to generate a fingerprint",
		parameters(t, map[string]any{"key": "ssh-rsa" + testKey[11:], "label": "mix"}): "Unable to generate a fingerprint",
	} {
		w.fails(w.do("POST", "Security_Ssh_Key/createObject.json", body), 500, "Public", fragment)
	}
	w.fails(w.do("POST", "Security_Ssh_Key.json", parameters(t, map[string]any{"key": testKey})), 500, "MissingCreationProperty", "label")

	w.do("PUT", "Security_Ssh_Key/"+id+".json", parameters(t, map[string]any{"label": "renamed"}))
	if v := w.get("Security_Ssh_Key/" + id + ".json"); str(v, "label") != "renamed" || str(v, "modifyDate") == "" {
		t.Errorf("%v", v)
	}
	w.fails(w.do("PUT", "Security_Ssh_Key/"+id+".json", parameters(t, map[string]any{"key": "x"})), 500, "InvalidValue", "'key'")

	guest := w.create(map[string]any{"sshKeys": []any{map[string]any{"id": id}}})
	if got := str(listAt(w.full(guest), "sshKeys")[0], "label"); got != "renamed" {
		t.Errorf("label %q", got)
	}
	w.do("DELETE", "Security_Ssh_Key/"+id+".json", "")
	w.fails(w.do("GET", "Security_Ssh_Key/"+id+".json", ""), 404, "ObjectNotFound", id)
}

// Nobody can tell another account's object from one that does not exist, and nothing reaches it.
func TestAccountsAreApart(t *testing.T) {
	w := newWorld(t, oneGuest)
	alt := w.as(altUser, altKey)
	key := textOf(at(w.post("Security_Ssh_Key.json", map[string]any{"key": testKey, "label": "mine"}), "id"))
	mine := w.sim.accounts[0]
	image := mine.images[0]
	for _, path := range []string{
		"Virtual_Guest/104500012", "Virtual_Guest/" + mine.guests[0].guid, "Security_Ssh_Key/" + key, "Network_Vlan/" + textOf(mine.vlans[0].id()),
		"Network_Subnet/" + textOf(mine.subnets[0].id()), imageTyp + "/" + textOf(image.id()), imageTyp + "/" + image.str("globalIdentifier"),
		"User_Customer/411001", "Account/307001",
	} {
		w.get(path + ".json")
		_, id, _ := strings.Cut(path, "/")
		alt.fails(alt.do("GET", path+".json", ""), 404, "ObjectNotFound", id)
		alt.fails(alt.do("GET", path+"/deleteObject.json", ""), alt.missing(path), alt.missingCode(path), "")
	}
	for _, getter := range []string{"getVirtualGuests", "getSshKeys"} {
		if got := alt.text("Account/" + getter + ".json"); got != "[]" {
			t.Errorf("%s: %s", getter, got)
		}
	}
	for _, changes := range []map[string]any{
		{"sshKeys": []any{map[string]any{"id": key}}},
		{"primaryNetworkComponent": map[string]any{"networkVlan": map[string]any{"id": mine.vlans[0].id()}}},
		{"operatingSystemReferenceCode": nil, "blockDeviceTemplateGroup": map[string]any{"globalIdentifier": image.str("globalIdentifier")}},
	} {
		alt.fails(alt.do("POST", "Virtual_Guest.json", parameters(t, template(changes))), 500, "InvalidValue", "")
	}
	// Masks cannot climb over either.
	if got := alt.text("Network_Vlan/" + textOf(w.sim.accounts[1].vlans[0].id()) + ".json" + query("mask[account.virtualGuests.id]", "", "")); got == "" || strings.Contains(got, "104500012") {
		t.Error(got)
	}
	if got := w.text("Account/getVirtualGuests.json?objectMask=mask.hostname"); got != `[{"hostname":"web"}]` {
		t.Error(got)
	}
}

// missing is what a method that the service does not have, or an object that does not exist, answers.
func (w *world) missing(path string) int {
	if w.missingCode(path) == "Public" {
		return 500
	}
	return 404
}

func (w *world) missingCode(path string) string {
	service, _, _ := strings.Cut(path, "/")
	if w.sim.services[service].methods["deleteObject"] == nil {
		return "Public"
	}
	return "ObjectNotFound"
}

func TestImages(t *testing.T) {
	w := newWorld(t)
	public := w.get(imageTyp + "/getPublicImages.json" + query("mask[id,accountId,globalIdentifier,publicFlag,name,imageType.keyName,status.keyName,children[id,parentId,datacenter.name],firstChild.blockDevices.diskImage.softwareReferences.softwareDescription.referenceCode]", "", "")).([]any)
	if len(public) < 3 {
		t.Fatalf("%d public images", len(public))
	}
	for _, p := range public {
		if at(p, "accountId") != float64(providerAccount) || at(p, "publicFlag") != 1.0 || len(listAt(p, "children")) != len(places) {
			t.Errorf("%v", p)
		}
		guid := str(p, "globalIdentifier")
		w.fails(w.do("GET", imageTyp+"/"+guid+"/deleteObject.json", ""), 500, "Public", "permission")
		w.create(map[string]any{"operatingSystemReferenceCode": nil, "blockDeviceTemplateGroup": map[string]any{"globalIdentifier": guid}})
	}
	if n := len(w.get(imageTyp + "/getPublicImages.json" + query("", `{"name":{"operation":"^= Debian"}}`, "")).([]any)); n != 1 {
		t.Errorf("%d images of that name", n)
	}
	private := w.get("Account/getPrivateBlockDeviceTemplateGroups.json" + query("", `{"privateBlockDeviceTemplateGroups":{"name":{"operation":"*= web"}}}`, "")).([]any)
	if len(private) != 1 || at(private[0], "accountId") != 307001.0 {
		t.Fatalf("%v", private)
	}
	id := textOf(at(private[0], "id"))
	w.post(imageTyp+"/"+id+"/editObject.json", map[string]any{"name": "renamed", "note": "n"})
	w.post(imageTyp+"/"+id+"/setTags.json", "one, two,two,{bad}")
	v := w.get(imageTyp + "/" + id + ".json" + query("mask[name,note,tagReferences.tag.name]", "", ""))
	if str(v, "name") != "renamed" || len(listAt(v, "tagReferences")) != 3 || str(listAt(v, "tagReferences")[2], "tag", "name") != "bad" {
		t.Errorf("%v", v)
	}
	if tx := w.get(imageTyp + "/" + id + "/deleteObject.json"); at(tx, "id") == nil {
		t.Errorf("%v", tx)
	}
	w.fails(w.do("GET", imageTyp+"/"+id+".json", ""), 404, "ObjectNotFound", id)
}

func TestUsers(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Accounts = demoAccounts()
		o.Accounts[0].Users = append(o.Accounts[0].Users, User{Name: "reader", Key: "k"})
	})
	v := w.get("Account/getCurrentUser.json" + query("mask[id,username,accountId,isMasterUserFlag,userStatus.keyName]", "", ""))
	if at(v, "isMasterUserFlag") != true || str(v, "userStatus", "keyName") != "ACTIVE" || at(v, "accountId") != 307001.0 {
		t.Errorf("%v", v)
	}
	users := w.get("Account/getUsers.json" + query("mask[id,username,parentId]", "", "")).([]any)
	if len(users) != 2 || at(users[1], "parentId") != 411001.0 {
		t.Errorf("%v", users)
	}
	for i, want := range []bool{true, false} {
		list := w.text("User_Customer/" + textOf(at(users[i], "id")) + "/getPermissions.json")
		if strings.Contains(list, "SERVER_ADD") != want {
			t.Error(list)
		}
	}
	if got := w.text("User_Customer/411001/getRoles.json"); got != "[]" {
		t.Error(got)
	}
}

func TestNetworks(t *testing.T) {
	w := newWorld(t, oneGuest)
	vlans := w.get("Account/getPublicNetworkVlans.json" + query("mask[id,vlanNumber,networkSpace,fullyQualifiedName,primaryRouter.datacenter.name,subnets[id,cidr],virtualGuests.id,virtualGuestCount,totalPrimaryIpAddressCount]", "", "")).([]any)
	if len(vlans) != 3 || str(vlans[0], "networkSpace") != "PUBLIC" || at(vlans[0], "virtualGuestCount") != 1.0 || at(vlans[0], "totalPrimaryIpAddressCount") != 64.0 {
		t.Errorf("%v", vlans)
	}
	id := textOf(at(vlans[0], "id"))
	w.do("PUT", "Network_Vlan/"+id+".json", parameters(t, map[string]any{"name": "front"}))
	if got := str(w.get("Network_Vlan/"+id+".json"), "name"); got != "front" {
		t.Error(got)
	}
	w.fails(w.do("PUT", "Network_Vlan/"+id+".json", parameters(t, map[string]any{"name": strings.Repeat("x", 21)})), 500, "InvalidDataLength", "20")

	subnet := w.get("Network_Subnet/" + textOf(at(listAt(vlans[0], "subnets")[0], "id")) + ".json" + query("mask[id,networkIdentifier,gateway,ipAddressCount,ipAddresses[ipAddress,isReserved,virtualGuest.hostname],networkVlan.id,datacenter.name]", "", ""))
	if at(subnet, "ipAddressCount") != 64.0 || str(listAt(subnet, "ipAddresses")[2], "virtualGuest", "hostname") != "web" {
		t.Errorf("%v", subnet)
	}
}

func TestEventLog(t *testing.T) {
	w := newWorld(t, oneGuest)
	w.text("Virtual_Guest/104500012/powerOff.json")
	w.clock.Advance(time.Minute)
	w.text("Virtual_Guest/104500012/powerOn.json")
	events := w.get("Event_Log/getAllObjects.json" + query("", `{"objectName":{"operation":"CCI"},"objectId":{"operation":104500012},"eventCreateDate":{"operation":"orderBy","options":[{"name":"sort","value":["DESC"]}]}}`, "")).([]any)
	if len(events) != 2 || str(events[0], "eventName") != "Power On" || str(events[0], "username") != demoUser {
		t.Errorf("%v", events)
	}
}

func TestTagsReplaceEachOther(t *testing.T) {
	w := newWorld(t, oneGuest)
	w.post("Virtual_Guest/104500012/setTags.json", "a,b:c,d/e")
	if got := w.text("Virtual_Guest/104500012.json?objectMask=mask[id,tagReferences[tagTypeId,tag[name]]]"); got != `{"id":104500012,"tagReferences":[{"tagTypeId":2,"tag":{"name":"a"}},{"tagTypeId":2,"tag":{"name":"b:c"}},{"tagTypeId":2,"tag":{"name":"de"}}]}` {
		t.Error(got)
	}
	w.post("Virtual_Guest/104500012/setTags.json", "")
	if got := w.text("Virtual_Guest/104500012/getTagReferences.json"); got != `[]` {
		t.Error(got)
	}
}
