package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Hardware is SoftLayer_Hardware_Server, a bare metal server: what of it
// HardwareMask asks for.
type Hardware struct {
	ID               int            `json:"id"`
	GlobalIdentifier string         `json:"globalIdentifier"`
	AccountID        int            `json:"accountId"`
	Hostname         string         `json:"hostname"` // without the domain
	Domain           string         `json:"domain"`
	ProvisionDate    Timestamp      `json:"provisionDate"`
	Status           HardwareStatus `json:"hardwareStatus"`
	Cores            Number         `json:"processorPhysicalCoreAmount"`
	Memory           Number         `json:"memoryCapacity"` // GB
	Notes            string         `json:"notes"`
	Datacenter       Named          `json:"datacenter"`
	PrimaryIP        string         `json:"primaryIpAddress"`
	BackendIP        string         `json:"primaryBackendIpAddress"`
	ManagementIP     string         `json:"networkManagementIpAddress"`
	Management       struct {
		ID     int    `json:"id"`
		Status string `json:"status"`
	} `json:"remoteManagementComponent"` // the interface of the management controller
	Hourly          bool                `json:"hourlyBillingFlag"`
	Transaction     *Transaction        `json:"activeTransaction"`
	Reload          *Numbered           `json:"lastOperatingSystemReload"`
	OperatingSystem operatingSystem     `json:"operatingSystem"`
	Drives          []Drive             `json:"hardDrives"`
	Components      []HardwareComponent `json:"networkComponents"`
	TagReferences   []keep.TagReference `json:"tagReferences"`
	BillingItem     *BillingItem        `json:"billingItem"`
}

// HardwareStatus is the word for where a server is in its life: ACTIVE, DEPLOY.
type HardwareStatus struct {
	Status string `json:"status"`
}

// Drive is a disk.
type Drive struct {
	Model struct {
		Generic struct {
			Capacity Number `json:"capacity"`
			Units    string `json:"units"`
		} `json:"hardwareGenericComponentModel"`
	} `json:"hardwareComponentModel"`
}

// HardwareComponent is a network interface of a bare metal server.
type HardwareComponent struct {
	ID         int    `json:"id"`
	Name       string `json:"name"` // "eth"
	Port       int    `json:"port"`
	MACAddress string `json:"macAddress"`
	Speed      int    `json:"maxSpeed"` // Mbit/s
	PrimaryIP  string `json:"primaryIpAddress"`
	VLAN       struct {
		ID     int    `json:"id"`
		Number int    `json:"vlanNumber"`
		Space  string `json:"networkSpace"` // PUBLIC or PRIVATE
	} `json:"networkVlan"`
}

// HardwareFields are what Hardware holds.
const HardwareFields = "id,globalIdentifier,accountId,hostname,domain,provisionDate,hardwareStatus.status,processorPhysicalCoreAmount,memoryCapacity," +
	"notes,datacenter.name,primaryIpAddress,primaryBackendIpAddress,networkManagementIpAddress,remoteManagementComponent[id,status],hourlyBillingFlag," +
	"activeTransaction[id,elapsedSeconds,transactionStatus.name],lastOperatingSystemReload.id," +
	"operatingSystem.softwareLicense.softwareDescription.referenceCode," +
	"hardDrives.hardwareComponentModel.hardwareGenericComponentModel[capacity,units]," +
	"networkComponents[id,name,port,macAddress,maxSpeed,primaryIpAddress,networkVlan[id,vlanNumber,networkSpace]]," +
	"tagReferences.tag.name,billingItem.id"

// Managed tells whether its management controller can be reached.
func (h *Hardware) Managed() bool {
	return h.ManagementIP != "" && (h.Management.Status == "" || h.Management.Status == "ACTIVE")
}

// Gone tells whether h is cancelled, though SoftLayer still shows it.
func (h *Hardware) Gone() bool {
	return h.Transaction != nil && strings.Contains(h.Transaction.Status.Name, "RECLAIM")
}

// Reloading tells whether its operating system is installed anew.
func (h *Hardware) Reloading() bool {
	return h.Transaction != nil && h.Reload != nil && h.Reload.ID == h.Transaction.ID
}
