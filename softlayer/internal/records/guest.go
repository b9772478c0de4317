// Package records is what SoftLayer says of its objects.
package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Presence is what tells of SoftLayer_Virtual_Guest that it is there.
type Presence struct {
	ID               int          `json:"id"`
	GlobalIdentifier string       `json:"globalIdentifier"`
	Transaction      *Transaction `json:"activeTransaction"` // what SoftLayer does to it
}

// GuestState is what its state follows from, besides tags.
type GuestState struct {
	Presence
	ProvisionDate Timestamp `json:"provisionDate"`
	PowerState    KeyName   `json:"powerState"`
	Reload        *Numbered `json:"lastOperatingSystemReload"`
}

// GuestSize is how much a guest has.
type GuestSize struct {
	MaxCPU    int `json:"maxCpu"`
	MaxMemory int `json:"maxMemory"` // MiB
}

// Noted is an object with notes.
type Noted struct {
	Notes string `json:"notes"`
}

// Text is the notes.
func (n *Noted) Text() string { return n.Notes }

// State is g.
func (g *GuestState) State() *GuestState { return g }

// Self is g.
func (g *Presence) Self() *Presence { return g }

// Gone tells whether g is deleted, though SoftLayer still shows it.
func (g *Presence) Gone() bool { return g.Transaction != nil && g.Transaction.takesAway() }

// There tells whether g is a guest: SoftLayer may answer with nothing.
func (g *Presence) There() bool { return g.ID != 0 }

// takesAway tells whether t is the end of a guest.
func (t *Transaction) takesAway() bool {
	return strings.Contains(t.Status.Name, "RECLAIM") || strings.Contains(t.Status.Name, "TEAR_DOWN")
}

// Tagged is an object with tags.
type Tagged struct {
	TagReferences []keep.TagReference `json:"tagReferences"`
}

// Tags are t's, the markers among them.
func (t *Tagged) Tags() []keep.TagReference { return t.TagReferences }

// Interface is SoftLayer_Virtual_Guest_Network_Component, an interface of a
// guest: port 0 is private, port 1 public.
type Interface struct {
	ID         int      `json:"id"`
	Port       int      `json:"port"`
	MACAddress string   `json:"macAddress"`
	Status     string   `json:"status"`
	VLAN       Numbered `json:"networkVlan"`
}

// Addresses are those that SoftLayer gave an interface.
type Addresses struct {
	PrimaryIP      string   `json:"primaryIpAddress"`
	Subnet         Numbered `json:"primarySubnet"`
	PrimaryVersion *struct {
		Address  string `json:"ipAddress"`
		SubnetID int    `json:"subnetId"`
	} `json:"primaryVersion6IpAddressRecord"`
}

type Transaction struct {
	ID      int   `json:"id"`
	Elapsed int   `json:"elapsedSeconds"` // in its current step
	Status  Named `json:"transactionStatus"`
}

// OperatingSystem is what is installed.
type OperatingSystem struct {
	Numbered
	License struct {
		Numbered
		Description struct {
			ReferenceCode string `json:"referenceCode"`
		} `json:"softwareDescription"`
	} `json:"softwareLicense"`
}
