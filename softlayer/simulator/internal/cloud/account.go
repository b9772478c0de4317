package cloud

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// account is one customer's part of the cloud. Everything below it is guarded by mu, which a request holds
// from the moment it has signed in until its answer is written.
type account struct {
	sim *Cloud
	mu  sync.Mutex
	now time.Time // of the current request

	self       *record
	users      []*user
	guests     []*guest // by id
	byGUID     map[string]*guest
	busy       []*guest // with a transaction: the only ones a request has to advance
	vlans      []*vlan
	subnets    []*subnet
	keys       []*record
	images     []*record
	groups     []*record // for placement
	firewalls  []*record // security groups
	globals    []*globalIP
	gateways   []*gateway
	hosts      []*record // dedicated ones
	metals     []*metal
	metalCount int       // of all that there were
	volumes    []*volume // by id
	disks      []*portable
	purchases  []*purchase // of what is sold by itself
	tags       map[string]*record
	events     []*record
}

// user is somebody who may sign in.
type user struct {
	*record
	name, key, password string
	account             *account
}

func (sim *Cloud) newAccount(a Account) *account {
	acct := &account{sim: sim, now: sim.epoch, byGUID: map[string]*guest{}, tags: map[string]*record{}}
	if a.ID == 0 {
		a.ID = sim.inv.id("account")
	}
	created := sim.epoch.AddDate(-2, 0, 0)
	acct.self = newRecord("Account", fields{
		"id": a.ID, "companyName": a.Company, "accountStatusId": 1001, "createDate": created, "modifyDate": created,
		"statusDate": nil, "brandId": 2, "isReseller": 0, "country": "US", "email": "owner@example.com",
		"firstName": "Account", "lastName": "Owner", "city": "Dallas", "state": "TX", "postalCode": "75001",
		"address1": "1 Example Street", "officePhone": "555-0100", "allowedPptpVpnQuantity": 0,
		"claimedTaxExemptTxFlag": false, "accountManagedResourcesFlag": false,
		"accountStatus": newRecord("Account_Status", fields{"id": 1001, "name": "Active"}).freeze(),
	})
	acct.relate()
	for i, u := range a.Users {
		acct.users = append(acct.users, acct.newUser(u, i, created))
	}
	n := a.VLANs
	if n == 0 {
		n = 3
	}
	for i := range min(n, len(sim.catalog.datacenters)) {
		dc := sim.catalog.datacenters[i]
		acct.newVLAN(dc, true)
		acct.newVLAN(dc, false)
	}
	for _, g := range a.Gateways {
		acct.newGateway(g)
	}
	for i, name := range a.Images {
		acct.images = append(acct.images, sim.catalog.newImage(sim.inv, image{
			account: a.ID, name: name, note: "made by hand", system: sim.catalog.system("UBUNTU_22_64"), diskGB: 25,
			created: created.AddDate(0, 1+i, 0), datacenters: sim.catalog.datacenters[:1],
		}))
	}
	for _, h := range a.Hosts {
		acct.hosts = append(acct.hosts, acct.newHost(h, created))
	}
	for _, h := range a.Hardware {
		acct.newHardware(h)
	}
	acct.guests = make([]*guest, 0, len(a.Guests))
	for _, g := range a.Guests {
		acct.preseed(g)
	}
	return acct
}

// relate attaches the account's lists to its record, where masks and the generic getters find them.
func (a *account) relate() {
	for name, list := range map[string]func() []node{
		"virtualGuests": func() []node { return nodes(a.guests) },
		"hourlyVirtualGuests": func() []node {
			return nodes(slices.DeleteFunc(slices.Clone(a.guests), func(g *guest) bool { return !g.hourly }))
		},
		"monthlyVirtualGuests": func() []node {
			return nodes(slices.DeleteFunc(slices.Clone(a.guests), func(g *guest) bool { return g.hourly }))
		},
		"users":                  func() []node { return nodes(a.users) },
		"securityGroups":         func() []node { return nodes(a.firewalls) },
		"hardware":               func() []node { return nodes(a.hardware()) },
		"dedicatedHosts":         func() []node { return nodes(a.hosts) },
		"placementGroups":        func() []node { return nodes(a.groups) },
		"iscsiNetworkStorage":    func() []node { return nodes(a.visibleVolumes()) },
		"networkStorage":         func() []node { return nodes(a.visibleVolumes()) },
		"portableStorageVolumes": func() []node { return nodes(a.visibleDisks()) },
		"orders": func() []node {
			list := make([]node, len(a.purchases))
			for i, p := range a.purchases {
				list[i] = a.order(p)
			}
			return list
		},
		"sshKeys":                          func() []node { return nodes(a.keys) },
		"networkVlans":                     func() []node { return nodes(a.visibleVLANs()) },
		"publicNetworkVlans":               func() []node { return nodes(a.vlansIn(nil, true)) },
		"privateNetworkVlans":              func() []node { return nodes(a.vlansIn(nil, false)) },
		"networkGateways":                  func() []node { return nodes(a.gateways) },
		"globalIpRecords":                  func() []node { return nodes(a.globalIPs()) },
		"globalIpv4Records":                func() []node { return nodes(a.globalIPs()) },
		"subnets":                          func() []node { return append(nodes(a.visibleSubnets()), a.globalSubnets()...) },
		"publicSubnets":                    func() []node { return append(nodes(a.subnetsIn(true)), a.globalSubnets()...) },
		"privateSubnets":                   func() []node { return nodes(a.subnetsIn(false)) },
		"privateBlockDeviceTemplateGroups": func() []node { return nodes(a.images) },
		"blockDeviceTemplateGroups":        func() []node { return nodes(a.images) },
		"tags": func() []node {
			tags := make([]*record, 0, len(a.tags))
			for _, t := range a.tags {
				tags = append(tags, t)
			}
			slices.SortFunc(tags, func(x, y *record) int { return x.id() - y.id() })
			return nodes(tags)
		},
	} {
		a.self.fields[name] = func() any { return list() }
	}
	a.self.fields["masterUser"] = func() any {
		for _, u := range a.users {
			if u.fields["isMasterUserFlag"] == true {
				return u.record
			}
		}
		return nil
	}
}

func (a *account) id() int { return a.self.id() }

// lookPermissions are those of a user who may see things but change nothing.
var lookPermissions = []string{"ACCESS_ALL_GUEST", "HARDWARE_VIEW", "VIRTUAL_GUEST_VIEW"}

// masterPermissions are those of an account's owner.
var masterPermissions = append([]string{
	"ACCOUNT_SUMMARY_VIEW", "COMPANY_EDIT", "CUSTOMER_SSH_KEY_MANAGEMENT", "NETWORK_VLAN_SPANNING", "NOTES_EDIT",
	"PUBLIC_IMAGE_MANAGE", "PORT_CONTROL", "REMOTE_MANAGEMENT", "SECURITY_GROUP_MANAGE", "SERVER_ADD", "SERVER_CANCEL",
	"SERVER_RELOAD", "SERVER_UPGRADE", "SOFTWARE_FIREWALL_MANAGE", "USER_MANAGE", "VIEW_CUSTOMER_SOFTWARE_PASSWORD",
}, lookPermissions...)

func (a *account) newUser(u User, i int, created time.Time) *user {
	if u.ID == 0 {
		u.ID = a.sim.inv.id("user")
	}
	keys := u.Permissions
	if keys == nil {
		keys = lookPermissions
		if u.Master {
			keys = masterPermissions
		}
	}
	var permissions []node
	for n, key := range keys {
		name := strings.ToLower(strings.ReplaceAll(key, "_", " "))
		permissions = append(permissions, newRecord("User_Customer_CustomerPermission_Permission", fields{
			"key": "P_" + strings.ToUpper(key[:1]) + string(rune('A'+n%26)), "keyName": key, "name": name,
		}).freeze())
	}
	r := newRecord("User_Customer", fields{
		"id": u.ID, "accountId": a.id(), "username": u.Name, "displayName": u.Name, "firstName": "User", "lastName": u.Name,
		"email": u.Name + "@example.com", "createDate": created, "modifyDate": created, "statusDate": nil,
		"companyName": a.self.str("companyName"), "userStatusId": 1001, "timezoneId": 113, "parentId": nil,
		"sslVpnAllowedFlag": false, "pptpVpnAllowedFlag": false, "city": "Dallas", "country": "US", "state": "TX",
		"isMasterUserFlag": u.Master, "account": a.self, "permissions": permissions, "roles": []node{},
		"userStatus": newRecord("User_Customer_Status", fields{"id": 1001, "keyName": "ACTIVE", "name": "Active"}).freeze(),
	})
	if i > 0 {
		r.fields["parentId"] = a.users[0].id()
		r.fields["parent"] = a.users[0].record
	}
	return &user{record: r, name: u.Name, key: u.Key, password: u.Password, account: a}
}

// guest finds a server by number or GUID.
func (a *account) guest(init string) *guest {
	id, ok := parseInt(init)
	if !ok {
		return a.byGUID[strings.ToLower(init)]
	}
	i, found := slices.BinarySearchFunc(a.guests, id, func(g *guest, id int) int { return g.id - id })
	if !found {
		return nil
	}
	return a.guests[i]
}

// image finds a template the account may use, its own, one that is shared with it or a public one, by number or GUID.
func (a *account) image(init string) *record {
	id, byNumber := parseInt(init)
	ok := func(r *record) bool {
		if byNumber {
			return r.id() == id
		}
		return init != "" && strings.EqualFold(r.str("globalIdentifier"), init)
	}
	for _, list := range [][]*record{a.images, a.sharedImages(), a.sim.catalog.images} {
		if r := find(list, ok); r != nil {
			return r
		}
		for _, parent := range list {
			for _, child := range parent.fields["children"].([]node) {
				if c := child.(*record); ok(c) {
					return c
				}
			}
		}
	}
	return nil
}

// tag returns the account's tag of that name, and makes it when it is new.
func (a *account) tag(name string) *record {
	t := a.tags[name]
	if t == nil {
		t = newRecord("Tag", fields{"id": a.sim.inv.id("tag"), "accountId": a.id(), "internal": 0, "name": name}).freeze()
		a.tags[name] = t
	}
	return t
}

// newTagReferences tags an object with names, which the API takes as one comma-separated text. Characters that a tag
// cannot hold are dropped without a word, as in the cloud.
func (a *account) newTagReferences(names []string) []node {
	refs := []node{}
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.TrimSpace(strings.Map(tagRune, name))
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		tag := a.tag(name)
		refs = append(refs, newRecord("Tag_Reference", fields{
			"id": a.sim.inv.id("tagReference"), "tagId": tag.id(), "tag": tag, "tagTypeId": 2, "resourceTableId": nil,
			"usrRecordId": nil, "empRecordId": nil,
		}).freeze())
	}
	return refs
}

func tagRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" _-.:", r):
		return r
	}
	return -1
}
