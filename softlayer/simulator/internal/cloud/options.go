package cloud

import (
	"io"
	"time"
)

// Options say what to simulate, as the simulator's options do, whose fields these are.
type Options struct {
	Accounts    []Account
	Now         func() time.Time // nil: time.Now
	Step        time.Duration    // zero: 300 ms, negative: none
	ReclaimWait time.Duration    // zero: one step, negative: none
	Lenient     bool
	Location    *time.Location // nil: six hours behind UTC
	Seed        uint64

	ObjectStorage func(uri string, disk io.Reader) error // nil: exported disks are thrown away
}

// Account is a customer and what it starts with.
type Account struct {
	ID       int // zero: one is made up
	Company  string
	Users    []User
	VLANs    int // zero: 3, negative: none
	Images   []string
	Gateways []Gateway
	Hosts    []Host
	Guests   []Guest
	Hardware []Hardware
}

// What an account starts with is described by types that the simulator converts its own to: their fields are the same, in
// the same order, and described there.
type (
	// User may sign in.
	User struct {
		ID          int
		Name        string
		Key         string
		Password    string
		Master      bool
		Permissions []string
	}
	// Gateway is a network gateway.
	Gateway struct {
		Name       string
		Datacenter string
		Inside     bool
	}
	// Host is a dedicated host.
	Host struct {
		Name       string
		Datacenter string
	}
	// Guest is a virtual server.
	Guest struct {
		Hostname, Domain string
		Flavor           string
		OS               string
		Datacenter       string
		Host             string
		Monthly          bool
		PrivateOnly      bool
		Halted           bool
		Notes            string
		Tags             []string
		UserData         string
		Created          time.Time
	}
	// Hardware is a bare metal server.
	Hardware struct {
		Hostname, Domain        string
		Datacenter              string
		OS                      string
		Cores, MemoryGB, DiskGB int
		Hourly                  bool
		Off                     bool
		Notes                   string
		Tags                    []string
	}
)

// defaultStep makes the eight steps of a new server take a little over two seconds.
const defaultStep = 300 * time.Millisecond

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	switch {
	case o.Step == 0:
		o.Step = defaultStep
	case o.Step < 0:
		o.Step = 0
	}
	if o.ReclaimWait == 0 {
		o.ReclaimWait = o.Step
	}
	if o.Location == nil {
		o.Location = time.FixedZone("", -6*60*60)
	}
	return o
}
