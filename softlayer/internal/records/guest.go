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
	Account           holdings            `json:"account"`
}

// holdings are what a guest's account has besides guests.
type holdings struct {
	SecurityGroups []SecurityGroup `json:"securityGroups"`
	GlobalIPs      []GlobalIP      `json:"globalIpRecords"`
}

// Gone tells whether g is deleted, though SoftLayer still shows it.
func (g *Guest) Gone() bool {
	return g.Transaction != nil && (strings.Contains(g.Transaction.Status.Name, "RECLAIM") || strings.Contains(g.Transaction.Status.Name, "TEAR_DOWN"))
}

type Transaction struct {
	ID      int   `json:"id"`
	Elapsed int   `json:"elapsedSeconds"` // in its current step
	Status  Named `json:"transactionStatus"`
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
	VLAN           VLAN     `json:"networkVlan"`
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
