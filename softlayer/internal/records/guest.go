// Package records is what SoftLayer says of its objects.
package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Guest is SoftLayer_Virtual_Guest: what of it the masks below ask for. These
// structs decode three times faster than softlayer-go's, which hold
// everything.
type Guest struct {
	ID                int                 `json:"id"`
	GlobalIdentifier  string              `json:"globalIdentifier"`
	AccountID         int                 `json:"accountId"`
	Hostname          string              `json:"hostname"` // without the domain
	Domain            string              `json:"domain"`
	CreateDate        Timestamp           `json:"createDate"`
	ModifyDate        Timestamp           `json:"modifyDate"`
	ProvisionDate     Timestamp           `json:"provisionDate"`
	MaxCPU            int                 `json:"maxCpu"`
	MaxMemory         int                 `json:"maxMemory"` // MiB
	Notes             string              `json:"notes"`
	PowerState        KeyName             `json:"powerState"`
	Datacenter        Named               `json:"datacenter"`
	PrimaryIP         string              `json:"primaryIpAddress"`
	Transaction       *Transaction        `json:"activeTransaction"`
	Reload            *Numbered           `json:"lastOperatingSystemReload"`
	Upgrade           *UpgradeRequest     `json:"upgradeRequest"`
	Template          *Template           `json:"blockDeviceTemplateGroup"`
	OperatingSystem   operatingSystem     `json:"operatingSystem"`
	BlockDevices      []BlockDevice       `json:"blockDevices"`
	Storage           []Storage           `json:"allowedNetworkStorage"`
	NetworkComponents []Component         `json:"networkComponents"`
	SSHKeys           []SSHKey            `json:"sshKeys"`
	TagReferences     []keep.TagReference `json:"tagReferences"`
	UserData          []UserData          `json:"userData"`
	UserDataCount     int                 `json:"userDataCount"`
	BillingItem       *BillingItem        `json:"billingItem"`
	PlacementGroupID  int                 `json:"placementGroupId"`
}

// GuestState is what tells of SoftLayer_Virtual_Guest whether it is there, and
// in which state. Forms of guests begin with it.
type GuestState struct {
	ID               int          `json:"id"`
	GlobalIdentifier string       `json:"globalIdentifier"`
	ProvisionDate    Timestamp    `json:"provisionDate"`
	PowerState       KeyName      `json:"powerState"`
	Transaction      *Transaction `json:"activeTransaction"`
	Reload           *Numbered    `json:"lastOperatingSystemReload"`
}

// Gone tells whether g is deleted, though SoftLayer still shows it.
func (g *GuestState) Gone() bool { return g.Transaction != nil && g.Transaction.takesAway() }

// There tells whether g is a guest: SoftLayer may answer with nothing.
func (g *GuestState) There() bool { return g.ID != 0 }

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

// Tags are g's, the markers among them.
func (g *Guest) Tags() []keep.TagReference { return g.TagReferences }

// Gone tells whether g is deleted, though SoftLayer still shows it.
func (g *Guest) Gone() bool {
	return g.Transaction != nil && g.Transaction.takesAway()
}

type Transaction struct {
	ID      int   `json:"id"`
	Elapsed int   `json:"elapsedSeconds"` // in its current step
	Status  Named `json:"transactionStatus"`
}

// UpgradeRequest is SoftLayer_Product_Upgrade_Request.
type UpgradeRequest struct {
	ID      int       `json:"id"`
	Created Timestamp `json:"createDate"`
}

type operatingSystem struct {
	License struct {
		Description struct {
			ReferenceCode string `json:"referenceCode"`
		} `json:"softwareDescription"`
	} `json:"softwareLicense"`
}

type BlockDevice struct {
	ID        int    `json:"id"`
	Device    string `json:"device"`
	MountType string `json:"mountType"`
	DiskImage Disk   `json:"diskImage"`
}

// Component is a network interface: port 0 is private, port 1 public.
type Component struct {
	ID             int      `json:"id"`
	Port           int      `json:"port"`
	MACAddress     string   `json:"macAddress"`
	Status         string   `json:"status"`
	PrimaryIP      string   `json:"primaryIpAddress"`
	Subnet         Numbered `json:"primarySubnet"`
	VLAN           VLANName `json:"networkVlan"`
	PrimaryVersion *struct {
		Address  string `json:"ipAddress"`
		SubnetID int    `json:"subnetId"`
	} `json:"primaryVersion6IpAddressRecord"`
	Primary struct {
		Routed []struct {
			Address string    `json:"networkIdentifier"`
			Global  *Numbered `json:"globalIpRecord"`
		} `json:"endpointSubnets"` // that lead here
	} `json:"primaryIpAddressRecord"`
	SecurityGroups []Binding `json:"securityGroupBindings"`
}

// Binding is that of an interface to a security group.
type Binding struct {
	Group struct {
		Numbered
		Named
	} `json:"securityGroup"`
}

type UserData struct {
	Value string `json:"value"`
}

// StateFields are what tells whether a guest is there, and in which state.
const StateFields = "id,globalIdentifier,provisionDate,powerState.keyName," +
	"activeTransaction[id,elapsedSeconds,transactionStatus.name],lastOperatingSystemReload.id"
