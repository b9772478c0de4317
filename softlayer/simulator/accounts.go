package simulator

import "time"

// Account is one customer: an id, its users and what it starts with.
type Account struct {
	// ID is the account's number. Zero: one is made up.
	ID int
	// Company is the account's display name.
	Company string
	// Users may sign in. The first is the owner of what the account starts with.
	Users []User
	// VLANs is the number of datacenters, in the order of the catalogue, in which the account starts with a pair of
	// VLANs, one public and one private, each with a subnet. Elsewhere the first server brings them.
	// Zero: 3. Negative: none.
	VLANs int
	// Images are the names of private image templates to start with.
	Images []string
	// Gateways are those that VLANs can be put behind.
	Gateways []Gateway
	// Hosts are those that the account has for itself.
	Hosts []Host
	// Guests are servers that are there from the start, provisioned.
	Guests []Guest
	// Hardware are bare metal servers.
	Hardware []Hardware
}

// Gateway is a network gateway: machines of the customer's that route VLANs.
type Gateway struct {
	// Name is what it is called.
	Name string
	// Datacenter is where it is. Empty: the first of the catalogue.
	Datacenter string
	// Inside puts the VLANs behind it that the account starts with there.
	Inside bool
}

// Host is a dedicated host.
type Host struct {
	// Name is what it is called, which must be unique in the account.
	Name string
	// Datacenter is where it is. Empty: the first of the catalogue.
	Datacenter string
}

// User is a person or a program that may sign in to an account.
type User struct {
	// ID is the user's number. Zero: one is made up.
	ID int
	// Name signs in, with the key. It must be unique.
	Name string
	// Key is the API key.
	Key string
	// Password is that of the portal. With it User_Customer::getPortalLoginToken gives a token that signs in, too.
	// Empty: the user has none.
	Password string
	// Master marks the owner of the account.
	Master bool
	// Permissions are the key names User_Customer::getPermissions answers, such as SERVER_ADD. Nil: a full set
	// for a master user, otherwise a few to look but not touch. They are reported, not enforced.
	Permissions []string
}

// Guest describes a virtual server an account starts with. Everything may be left empty.
type Guest struct {
	// Hostname and Domain name the server. Empty: vs and its number, and example.com.
	Hostname, Domain string
	// Flavor is the preset's key name. Empty: B1_2X4X25.
	Flavor string
	// OS is the operating system's reference code. Empty: UBUNTU_22_64.
	OS string
	// Datacenter is its name. Empty: the first of the catalogue.
	Datacenter string
	// Host is the name of the account's own host that it is on, in the same datacenter. Empty: on any.
	Host string
	// Monthly bills by the month in place of the hour.
	Monthly bool
	// PrivateOnly gives the server no public interface.
	PrivateOnly bool
	// Halted leaves the server switched off.
	Halted bool
	// Notes is free text, Tags the names of tags, UserData what cloud-init sees.
	Notes    string
	Tags     []string
	UserData string
	// Created is when it was ordered. Zero: thirty days before the simulator started.
	Created time.Time
}

// Hardware is a bare metal server an account starts with, provisioned. Everything may be left empty.
type Hardware struct {
	// Hostname and Domain name the server. Empty: bm and its number, and example.com.
	Hostname, Domain string
	// Datacenter is its name. Empty: the first of the catalogue.
	Datacenter string
	// OS is the operating system's reference code. Empty: UBUNTU_22_64.
	OS string
	// Cores is the number of physical cores, MemoryGB and DiskGB what else it has. Zero: 8, 32 and 960.
	Cores, MemoryGB, DiskGB int
	// Hourly bills by the hour in place of the month.
	Hourly bool
	// Off leaves the server switched off.
	Off bool
	// Notes is free text, Tags the names of tags.
	Notes string
	Tags  []string
}

// DemoAccounts returns the two accounts a simulator has by default: users "demo" and "alt" with the API keys
// [DemoKey] and [AltKey], each alone in an account of its own.
func DemoAccounts() []Account {
	return []Account{
		{
			ID: 307001, Company: "Demo",
			Users:  []User{{ID: 411001, Name: DemoUser, Key: DemoKey, Master: true}},
			Images: []string{"demo web server"},
			Hosts:  []Host{{Name: "demo-host"}},
			Hardware: []Hardware{
				{Hostname: "bm-demo", Notes: "the first machine"}, {Hostname: "bm-big", Cores: 32, MemoryGB: 256, DiskGB: 3840, Hourly: true, Off: true},
			},
		},
		{
			ID: 307002, Company: "Alternative",
			Users:  []User{{ID: 411002, Name: AltUser, Key: AltKey, Master: true}},
			Images: []string{"alt golden image"},
		},
	}
}

// Who may sign in to the accounts of [DemoAccounts]. The keys open nothing else.
const (
	DemoUser = "demo"
	DemoKey  = "demo-api-key"
	AltUser  = "alt"
	AltKey   = "alt-api-key"
)
