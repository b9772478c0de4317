package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Hardware is SoftLayer_Hardware_Server, a bare metal server.
type Hardware struct {
	ID               int            `json:"id"`
	GlobalIdentifier string         `json:"globalIdentifier"`
	Hostname         string         `json:"hostname"` // without the domain
	Domain           string         `json:"domain"`
	ProvisionDate    Timestamp      `json:"provisionDate"`
	Status           HardwareStatus `json:"hardwareStatus"`
	Cores            Number         `json:"processorPhysicalCoreAmount"`
	Memory           Number         `json:"memoryCapacity"` // GB
	Notes            string         `json:"notes"`
	Datacenter       struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	} `json:"datacenter"`
	PrimaryIP string `json:"primaryIpAddress"`
	BackendIP string `json:"primaryBackendIpAddress"`
	Management
	Serial          string              `json:"manufacturerSerialNumber"`
	Hourly          bool                `json:"hourlyBillingFlag"`
	Transaction     *Transaction        `json:"activeTransaction"`
	Reload          *Numbered           `json:"lastOperatingSystemReload"`
	OperatingSystem OperatingSystem     `json:"operatingSystem"`
	Drives          []Drive             `json:"hardDrives"`
	Components      []HardwareComponent `json:"networkComponents"`
	TagReferences   []keep.TagReference `json:"tagReferences"`
	BillingItem     *HardwareBill       `json:"billingItem"`

	// Text and Kept are what the notes say, and the store of what they name.
	Text string        `json:"-"`
	Kept keep.Envelope `json:"-"`
}

// HardwareStatus is the word for where a server is in its life: ACTIVE, DEPLOY.
type HardwareStatus struct {
	Status string `json:"status"`
}

// Drive is a disk.
type Drive struct {
	Serial string `json:"serialNumber"`
	Model  struct {
		Name    string `json:"name"`
		Maker   string `json:"manufacturer"`
		Generic struct {
			Capacity Number `json:"capacity"`
			Units    string `json:"units"`
		} `json:"hardwareGenericComponentModel"`
	} `json:"hardwareComponentModel"`
}

// HardwareComponent is a network interface of a bare metal server.
type HardwareComponent struct {
	ID         int      `json:"id"`
	Name       string   `json:"name"` // "eth"
	Port       int      `json:"port"`
	MACAddress string   `json:"macAddress"`
	Speed      int      `json:"maxSpeed"` // Mbit/s
	PrimaryIP  string   `json:"primaryIpAddress"`
	Subnet     Numbered `json:"primarySubnet"`
	VLAN       struct {
		ID int `json:"id"`
		VLANName
		Number int    `json:"vlanNumber"`
		Space  string `json:"networkSpace"` // PUBLIC or PRIVATE
	} `json:"networkVlan"`
}

// Public tells whether c is on the public network.
func (c *HardwareComponent) Public() bool { return c.VLAN.Space == publicSpace }

// HardwareBill is what bills a bare metal server.
type HardwareBill struct {
	ID      int       `json:"id"`
	Created Timestamp `json:"createDate"` // when it was ordered
}

// HardwareServer is the kind of hardware that is a server, and HardwareServers
// is how it is asked for.
const HardwareServer = "Hardware_Server"

var HardwareServers = FormOf[Hardware]()

// Management is the management controller of a bare metal server.
type Management struct {
	ManagementIP string `json:"networkManagementIpAddress"`
	Interface    struct {
		ID     int    `json:"id"`
		Status string `json:"status"`
	} `json:"remoteManagementComponent"`
}

// Managed tells whether the controller can be reached.
func (m *Management) Managed() bool {
	return m.ManagementIP != "" && (m.Interface.Status == "" || m.Interface.Status == "ACTIVE")
}

// Gone tells whether h is cancelled, though SoftLayer still shows it.
func (h *Hardware) Gone() bool {
	return h.Transaction != nil && strings.Contains(h.Transaction.Status.Name, "RECLAIM")
}

// Reloading tells whether its operating system is installed anew.
func (h *Hardware) Reloading() bool {
	return h.Transaction != nil && h.Reload != nil && h.Reload.ID == h.Transaction.ID
}
