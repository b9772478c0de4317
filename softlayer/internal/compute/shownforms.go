package compute

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Where a server is shown, the forms of its guest are by what Nova shows: all
// of one, or of many what there is in each microversion, or the names alone.
// None asks for user data, which may be 64 KB, but whether there is some; and
// each address is asked for once.

// coreGuest is what all but names have.
type coreGuest struct {
	records.GuestState
	records.Tagged
	records.Noted
	records.GuestSize
	volumesOf
	Hostname   string            `json:"hostname"` // without the domain
	CreateDate records.Timestamp `json:"createDate"`
	ModifyDate records.Timestamp `json:"modifyDate"`
	Datacenter records.Named     `json:"datacenter"`
	Template   *struct {
		GlobalIdentifier string `json:"globalIdentifier"`
	} `json:"blockDeviceTemplateGroup"`
	OperatingSystem records.OperatingSystem `json:"operatingSystem"`
	Public          publicInterface         `json:"primaryNetworkComponent"`
	Private         shownInterface          `json:"primaryBackendNetworkComponent"`
	UserDataCount   int                     `json:"userDataCount"`
	BillingItem     *struct {
		records.Numbered
		OrderItem struct {
			records.Numbered
			Preset records.KeyName `json:"preset"`
			Order  orderedBy       `json:"order"`
		} `json:"orderItem"`
	} `json:"billingItem"`
}

func (g *coreGuest) Size() size {
	s := size{cpus: g.MaxCPU, memory: g.MaxMemory}
	if g.BillingItem != nil {
		s.billed, s.preset = true, g.BillingItem.OrderItem.Preset.KeyName
	}
	return g.of(s)
}

// shownInterface is a network interface. A guest has a private one and, unless
// it was made without, a public one, to which alone global addresses lead.
type shownInterface struct {
	ownAddresses
	MACAddress     string           `json:"macAddress"`
	VLAN           records.VLANName `json:"networkVlan"`
	SecurityGroups []struct {
		records.Numbered
		Group records.Named `json:"securityGroup"`
	} `json:"securityGroupBindings"`
}

type publicInterface struct {
	shownInterface
	Primary struct {
		records.Numbered
		Routed []struct {
			Address string            `json:"networkIdentifier"`
			Global  *records.Numbered `json:"globalIpRecord"`
		} `json:"endpointSubnets"` // that lead here
	} `json:"primaryIpAddressRecord"`
}

// label is what a key is called.
type label struct {
	Label string `json:"label"`
}

// ListedGuest is for details of many, which show no group and, below 2.90, not
// the name of the host. namedGuest is for those that do.
type (
	ListedGuest struct {
		coreGuest
		SSHKeys []label `json:"sshKeys"`
	}
	namedGuest struct {
		ListedGuest
		Domain string `json:"domain"`
	}
)

// shownGuest is for everything that Nova shows of a server.
type shownGuest struct {
	namedGuest
	PlacementGroupID int `json:"placementGroupId"`
}

// rebuiltGuest is for that, and for what a rebuild has to say again.
type rebuiltGuest struct {
	coreGuest
	SSHKeys          []key      `json:"sshKeys"`
	Domain           string     `json:"domain"`
	PlacementGroupID int        `json:"placementGroupId"`
	UserData         []userData `json:"userData"`
}

// key is a key that a guest was made with.
type key struct {
	ID int `json:"id"`
	label
}

type userData struct {
	Value string `json:"value"`
}

// orderedGuest is what SoftLayer tells of a guest that was just ordered.
type orderedGuest struct {
	records.Noted
	records.GuestSize
	ID               int               `json:"id"`
	GlobalIdentifier string            `json:"globalIdentifier"`
	Hostname         string            `json:"hostname"`
	Domain           string            `json:"domain"`
	CreateDate       records.Timestamp `json:"createDate"`
	ModifyDate       records.Timestamp `json:"modifyDate"`
	PlacementGroupID int               `json:"placementGroupId"`
}

// briefGuest is for lists of names.
type briefGuest struct {
	records.Presence
	records.Tagged
	records.Noted
	Hostname string `json:"hostname"`
}

var (
	listedForm  = records.FormOf[ListedGuest]()
	namedForm   = records.FormOf[namedGuest]()
	shownForm   = records.FormOf[shownGuest]()
	rebuiltForm = records.FormOf[rebuiltGuest]()
	orderedForm = records.FormOf[orderedGuest]()
	briefForm   = records.FormOf[briefGuest]()
)

// shown is a guest as Nova is to show it, whatever form it came in.
type shown struct {
	*coreGuest
	domain, key string
	group       int // for placement
}

func (g *ListedGuest) shown() *shown {
	s := &shown{coreGuest: &g.coreGuest}
	if len(g.SSHKeys) > 0 {
		s.key = g.SSHKeys[0].Label
	}
	return s
}

func (g *namedGuest) shown() *shown {
	s := g.ListedGuest.shown()
	s.domain = g.Domain
	return s
}

func (g *shownGuest) shown() *shown {
	s := g.namedGuest.shown()
	s.group = g.PlacementGroupID
	return s
}

func (g *rebuiltGuest) shown() *shown {
	s := &shown{coreGuest: &g.coreGuest, domain: g.Domain, group: g.PlacementGroupID}
	if len(g.SSHKeys) > 0 {
		s.key = g.SSHKeys[0].Label
	}
	return s
}

func (g *orderedGuest) shown() *shown {
	c := &coreGuest{
		Noted: g.Noted, GuestSize: g.GuestSize,
		Hostname: g.Hostname, CreateDate: g.CreateDate, ModifyDate: g.ModifyDate,
	}
	c.ID, c.GlobalIdentifier = g.ID, g.GlobalIdentifier
	return &shown{coreGuest: c, domain: g.Domain, group: g.PlacementGroupID}
}

func (g *ListedGuest) server(ctx context.Context, d *Servers) (*compute.Server, error) {
	return d.server(ctx, g.shown())
}

func (g *namedGuest) server(ctx context.Context, d *Servers) (*compute.Server, error) {
	return d.server(ctx, g.shown())
}

// server is what a list of names shows of g, and filters by.
func (g *briefGuest) server(context.Context, *Servers) (*compute.Server, error) { //nolint:unparam // as listed has it
	_, kept := keep.Split(g.Notes)
	tags, m := keep.SplitTags(g.TagReferences)
	return &compute.Server{ID: strings.ToLower(g.GlobalIdentifier), Name: kept.NameFor(g.Hostname), Tags: tags, Locked: m.Locked}, nil
}

func (g *briefGuest) volumes() *volumesOf { return new(volumesOf) } // who sees more of it looks after them
