package simulator

import (
	"io"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator/internal/cloud"
)

// Options say what to simulate. The zero value is valid: the demo accounts, strict, in real time.
type Options struct {
	// Accounts are the customers of the cloud. Empty: [DemoAccounts].
	Accounts []Account

	// Now tells the time. Nil: time.Now. Use the Now method of a [Clock] to step through a server's life in a test.
	Now func() time.Time

	// Step is how long each step of a transaction takes. Zero: 300 ms, which makes a new server ready after
	// about two seconds. A negative step makes every transaction end at the next request.
	Step time.Duration

	// ReclaimWait is how long a deleted server stays in RECLAIM_WAIT, its disks kept and its transaction active.
	// Zero: one step. Negative: the state is skipped. In the cloud it takes about nine hours.
	ReclaimWait time.Duration

	// Lenient ignores properties in masks and conditions in filters that do not exist, as the cloud does, in place of
	// answering with an error.
	Lenient bool

	// Location is the time zone of dates on the wire. Nil: a fixed six hours behind UTC. The cloud uses
	// the zone of the user, so that clients must not assume one.
	Location *time.Location

	// ObjectStorage takes the disks of templates that are exported, under the address that the call names:
	// a VHD without content. Nil: they are thrown away.
	ObjectStorage func(uri string, disk io.Reader) error

	// Seed varies the identifiers, addresses and passwords that are made up. The same seed and the same calls
	// give the same data.
	Seed uint64
}

// inside turns options into those of the cloud inside. The conversions hold its types to the public ones.
func (o Options) inside() cloud.Options {
	in := cloud.Options{
		Now: o.Now, Step: o.Step, ReclaimWait: o.ReclaimWait, Lenient: o.Lenient, Location: o.Location, Seed: o.Seed,
		ObjectStorage: o.ObjectStorage,
	}
	if len(o.Accounts) == 0 {
		o.Accounts = DemoAccounts()
	}
	for _, a := range o.Accounts {
		acct := cloud.Account{ID: a.ID, Company: a.Company, VLANs: a.VLANs, Images: a.Images}
		for _, u := range a.Users {
			acct.Users = append(acct.Users, cloud.User(u))
		}
		for _, g := range a.Gateways {
			acct.Gateways = append(acct.Gateways, cloud.Gateway(g))
		}
		for _, h := range a.Hosts {
			acct.Hosts = append(acct.Hosts, cloud.Host(h))
		}
		for _, g := range a.Guests {
			acct.Guests = append(acct.Guests, cloud.Guest(g))
		}
		for _, h := range a.Hardware {
			acct.Hardware = append(acct.Hardware, cloud.Hardware(h))
		}
		in.Accounts = append(in.Accounts, acct)
	}
	return in
}
