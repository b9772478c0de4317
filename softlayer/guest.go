package softlayer

import (
	"strings"
	"time"
)

// guest is SoftLayer_Virtual_Guest: what of it the masks below ask for. These
// structs decode three times faster than softlayer-go's, which hold
// everything.
type guest struct {
	ID                int             `json:"id"`
	GlobalIdentifier  string          `json:"globalIdentifier"`
	AccountID         int             `json:"accountId"`
	Hostname          string          `json:"hostname"` // without the domain
	Domain            string          `json:"domain"`
	CreateDate        timestamp       `json:"createDate"`
	ModifyDate        timestamp       `json:"modifyDate"`
	ProvisionDate     timestamp       `json:"provisionDate"`
	MaxCPU            int             `json:"maxCpu"`
	MaxMemory         int             `json:"maxMemory"` // MiB
	Notes             string          `json:"notes"`
	PowerState        keyName         `json:"powerState"`
	Datacenter        named           `json:"datacenter"`
	PrimaryIP         string          `json:"primaryIpAddress"`
	BackendIP         string          `json:"primaryBackendIpAddress"`
	Transaction       *transaction    `json:"activeTransaction"`
	Reload            *numbered       `json:"lastOperatingSystemReload"`
	Template          *template       `json:"blockDeviceTemplateGroup"`
	OperatingSystem   operatingSystem `json:"operatingSystem"`
	BlockDevices      []blockDevice   `json:"blockDevices"`
	Storage           []storage       `json:"allowedNetworkStorage"`
	NetworkComponents []component     `json:"networkComponents"`
	SSHKeys           []sshKey        `json:"sshKeys"`
	TagReferences     []tagReference  `json:"tagReferences"`
	UserData          []userData      `json:"userData"`
	BillingItem       *billingItem    `json:"billingItem"`
	PlacementGroupID  int             `json:"placementGroupId"`
	Account           holdings        `json:"account"`
}

// holdings are what a guest's account has besides guests.
type holdings struct {
	SecurityGroups []securityGroup `json:"securityGroups"`
	GlobalIPs      []globalIP      `json:"globalIpRecords"`
}

type named struct {
	Name string `json:"name"`
}

type numbered struct {
	ID int `json:"id"`
}

type transaction struct {
	ID      int   `json:"id"`
	Elapsed int   `json:"elapsedSeconds"` // in its current step
	Status  named `json:"transactionStatus"`
}

type operatingSystem struct {
	License struct {
		Description struct {
			ReferenceCode string `json:"referenceCode"`
		} `json:"softwareDescription"`
	} `json:"softwareLicense"`
}

type blockDevice struct {
	ID        int    `json:"id"`
	Device    string `json:"device"`
	MountType string `json:"mountType"`
	DiskImage disk   `json:"diskImage"`
}

// component is a network interface: port 0 is private, port 1 public.
type component struct {
	ID             int      `json:"id"`
	Port           int      `json:"port"`
	MACAddress     string   `json:"macAddress"`
	Status         string   `json:"status"`
	PrimaryIP      string   `json:"primaryIpAddress"`
	Subnet         numbered `json:"primarySubnet"`
	VLAN           numbered `json:"networkVlan"`
	PrimaryVersion *struct {
		Address  string `json:"ipAddress"`
		SubnetID int    `json:"subnetId"`
	} `json:"primaryVersion6IpAddressRecord"`
	Primary struct {
		Routed []struct {
			Address string    `json:"networkIdentifier"`
			Global  *numbered `json:"globalIpRecord"`
		} `json:"endpointSubnets"` // that lead here
	} `json:"primaryIpAddressRecord"`
	SecurityGroups []struct {
		Group struct {
			numbered
			named
		} `json:"securityGroup"`
	} `json:"securityGroupBindings"`
}

type tagReference struct {
	Tag named `json:"tag"`
}

type userData struct {
	Value string `json:"value"`
}

type billingItem struct {
	ID        int `json:"id"`
	OrderItem struct {
		Preset keyName `json:"preset"`
		Order  struct {
			ID    int `json:"id"`
			Items int `json:"orderTopLevelItemCount"`
			User  struct {
				Username string `json:"username"`
			} `json:"userRecord"`
		} `json:"order"`
	} `json:"orderItem"`
}

// Where a mask names nothing but relations of an object, SoftLayer adds all of
// the object's own properties. The masks name one of those, too, where there
// are any: it halves the answers.
const (
	// stateFields are what state needs to tell whether a guest is there.
	stateFields = "id,globalIdentifier,provisionDate,powerState.keyName," +
		"activeTransaction[id,elapsedSeconds,transactionStatus.name],lastOperatingSystemReload.id"

	// actFields are what state needs to tell all, and what actions change.
	actFields = stateFields + ",maxCpu,maxMemory,notes,tagReferences[id,tag.name],blockDevices[device,diskImage.capacity]," +
		"billingItem[id,orderItem[id,preset.keyName]]"
	actMask = "mask[" + actFields + "]"

	// briefGuestMask is for lists of names.
	briefGuestMask = "mask[" + stateFields + ",hostname,notes,tagReferences.tag.name]"

	// guestMask is for everything that Nova shows of a server.
	guestMask = "mask[" + stateFields + ",accountId,hostname,domain,createDate,modifyDate,maxCpu,maxMemory,notes,placementGroupId," +
		"datacenter.name,primaryIpAddress,primaryBackendIpAddress," +
		"blockDeviceTemplateGroup.globalIdentifier," +
		"operatingSystem[id,softwareLicense[id,softwareDescription.referenceCode]]," +
		attachedFields + "," +
		"networkComponents[port,macAddress,primaryIpAddress,primaryVersion6IpAddressRecord.ipAddress," +
		"primaryIpAddressRecord[id,endpointSubnets[id,networkIdentifier,globalIpRecord.id]]," +
		"securityGroupBindings[id,securityGroup.name]]," +
		"sshKeys.label,tagReferences[id,tag.name],userData.value," +
		"billingItem[id,orderItem[id,preset.keyName,order[id,userRecord.username]]]]"
)

// timestamp is a SoftLayer date: RFC 3339 in the time zone of the user, null
// or empty for none. What is no date, such as MySQL's year 0, is none either:
// it must not hide the rest of a list.
type timestamp struct{ time.Time }

func (t *timestamp) UnmarshalJSON(b []byte) error {
	parsed, err := time.Parse(time.RFC3339Nano, strings.Trim(string(b), `"`))
	if err != nil || parsed.Year() <= 0 {
		parsed = time.Time{}
	}
	t.Time = parsed.UTC()
	return nil
}
