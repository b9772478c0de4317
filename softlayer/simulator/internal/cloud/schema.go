package cloud

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/softlayer/softlayer-go/datatypes"
)

// kind says what a property holds, which decides how it is masked, filtered and left out.
type kind uint8

const (
	scalar  kind = iota // a string, number, boolean or date
	toOne               // one object
	toMany              // a list of objects
	scalars             // a list of strings or numbers
)

// property is one property of a SoftLayer type.
type property struct {
	name string
	kind kind
	// typ is the type of the objects behind a relation, nil for scalars.
	typ *schemaType
	// countOf names the relation a computed count such as "virtualGuestCount" counts.
	countOf string
	// local marks a column of the object itself. Masking one drops the other columns of its level.
	local bool
}

// schemaType is a SoftLayer data type: its name without the "SoftLayer_" prefix, and what it holds.
type schemaType struct {
	name string
	once sync.Once
	from reflect.Type
	in   *schema

	props map[string]*property // filled on first use
}

// prop returns the named property, or nil when the type has none of that name.
func (t *schemaType) prop(name string) *property {
	t.once.Do(t.load)
	return t.props[name]
}

// schema knows SoftLayer's data types. It reads them off softlayer-go's structs, so that no property list is kept
// by hand: what the client library can decode is exactly what exists here. Types load when first asked about.
type schema struct {
	mu    sync.Mutex
	types map[reflect.Type]*schemaType
	named map[string]*schemaType
}

// schemaRoots are the types reached by name: what services return, and the subclasses that masks cast to.
var schemaRoots = []any{
	datatypes.Account{},
	datatypes.Billing_Item{},
	datatypes.Billing_Item_Network_Storage{},
	datatypes.Billing_Item_Network_Subnet{},
	datatypes.Billing_Item_Network_Subnet_IpAddress_Global{},
	datatypes.Billing_Item_Network_Vlan{},
	datatypes.Billing_Item_Virtual_Disk_Image{},
	datatypes.Billing_Item_Virtual_Guest{},
	datatypes.Billing_Order{},
	datatypes.Billing_Order_Item{},
	datatypes.Container_Network_Storage_DataCenterLimits_VolumeCountLimitContainer{},
	datatypes.Container_Product_Order{},
	datatypes.Container_Product_Order_Hardware_Server{},
	datatypes.Container_Product_Order_Receipt{},
	datatypes.Container_Product_Order_Virtual_Guest{},
	datatypes.Container_Product_Order_Virtual_Guest_Upgrade{},
	datatypes.Container_Virtual_ConsoleData{},
	datatypes.Container_Virtual_DedicatedHost_AllocationStatus{},
	datatypes.Container_Virtual_Guest_Configuration{},
	datatypes.Dns_Domain{},
	datatypes.Event_Log{},
	datatypes.Hardware{},
	datatypes.Hardware_Component{},
	datatypes.Hardware_Router{},
	datatypes.Hardware_Server{},
	datatypes.Location{},
	datatypes.Location_Datacenter{},
	datatypes.Location_Region{},
	datatypes.Network_Bandwidth_Usage{},
	datatypes.Network_Bandwidth_Version1_Allotment_Detail{},
	datatypes.Network_Component{},
	datatypes.Network_Gateway{},
	datatypes.Network_Gateway_Vlan{},
	datatypes.Network_Pod{},
	datatypes.Network_SecurityGroup{},
	datatypes.Network_SecurityGroup_RequestRules{},
	datatypes.Network_SecurityGroup_Rule{},
	datatypes.Network_Storage{},
	datatypes.Network_Storage_Allowed_Host{},
	datatypes.Network_Storage_Iscsi{},
	datatypes.Network_Subnet{},
	datatypes.Network_Subnet_IpAddress{},
	datatypes.Network_Subnet_IpAddress_Global{},
	datatypes.Network_Vlan{},
	datatypes.Product_Item{},
	datatypes.Product_Item_Category{},
	datatypes.Product_Item_Price{},
	datatypes.Product_Package{},
	datatypes.Product_Package_Preset{},
	datatypes.Product_Package_Preset_Configuration{},
	datatypes.Provisioning_Version1_Transaction{},
	datatypes.Security_Ssh_Key{},
	datatypes.Tag{},
	datatypes.User_Customer{},
	datatypes.User_Customer_CustomerPermission_Permission{},
	datatypes.User_Permission_Role{},
	datatypes.Virtual_DedicatedHost{},
	datatypes.Virtual_Disk_Image{},
	datatypes.Virtual_Guest{},
	datatypes.Virtual_Guest_Block_Device{},
	datatypes.Virtual_Guest_Block_Device_Template_Group{},
	datatypes.Virtual_Guest_Network_Component{},
	datatypes.Virtual_PlacementGroup{},
	datatypes.Virtual_PlacementGroup_Rule{},
}

func newSchema() *schema {
	s := &schema{types: map[reflect.Type]*schemaType{}, named: map[string]*schemaType{}}
	for _, v := range schemaRoots {
		t := s.of(reflect.TypeOf(v))
		s.named[t.name] = t
	}
	return s
}

// byName returns a type by its SoftLayer name, with or without the prefix, or nil.
func (s *schema) byName(name string) *schemaType {
	return s.named[strings.TrimPrefix(name, servicePrefix)]
}

func (s *schema) of(t reflect.Type) *schemaType {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.types[t]
	if st == nil {
		st = &schemaType{name: t.Name(), from: t, in: s}
		s.types[t] = st
	}
	return st
}

var (
	timeType  = reflect.TypeOf(datatypes.Time{})
	countType = reflect.TypeOf(uint(0))
)

func (t *schemaType) load() {
	t.props = map[string]*property{}
	t.loadFields(t.from)
	for _, name := range unlisted[t.name] {
		t.props[name] = &property{name: name, local: true}
	}
	for name, p := range t.props {
		if p.countOf == "" {
			continue
		}
		p.countOf = ""
		for _, plural := range pluralsOf(strings.TrimSuffix(name, "Count")) {
			if rel := t.props[plural]; rel != nil && rel.kind != scalar {
				p.countOf = plural
				break
			}
		}
	}
}

func (t *schemaType) loadFields(from reflect.Type) {
	for i := range from.NumField() {
		f := from.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct { // the parent class
			t.loadFields(f.Type)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		p := &property{name: name}
		ft := f.Type
		many := ft.Kind() == reflect.Slice
		if many || ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		object := ft.Kind() == reflect.Struct && ft != timeType
		switch {
		case object && many:
			p.kind, p.typ = toMany, t.in.of(ft)
		case object:
			p.kind, p.typ = toOne, t.in.of(ft)
		case many:
			p.kind = scalars
		default:
			p.kind = scalar
			if ft == countType && strings.HasSuffix(name, "Count") {
				p.countOf = name // resolved by load, when all relations are known
			}
			p.local = ft != countType && isLocal(t.name, name)
		}
		if strings.HasPrefix(t.name, "Container_") { // holds everything itself
			p.local = true
		}
		t.props[name] = p
	}
}

// pluralsOf lists the relation names a count property may stand for.
func pluralsOf(name string) []string {
	plurals := []string{name + "s", name + "es", name}
	if stem, ok := strings.CutSuffix(name, "y"); ok {
		plurals = append(plurals, stem+"ies")
	}
	return plurals
}

// guestColumns are the local properties of a Virtual_Guest, which has far more relational scalars than columns.
var guestColumns = set(
	"accountId", "createDate", "dedicatedAccountHostOnlyFlag", "deviceStatusId", "domain", "fullyQualifiedDomainName",
	"hostname", "id", "lastPowerStateId", "lastVerifiedDate", "maxCpu", "maxCpuUnits", "maxMemory", "metricPollDate",
	"modifyDate", "notes", "placementGroupId", "postInstallScriptUri", "privateNetworkOnlyFlag", "provisionDate",
	"startCpus", "statusId", "typeId", "uuid",
)

// accountColumns are those of an Account, most of whose scalars are sums over its invoices.
var accountColumns = set(
	"accountManagedResourcesFlag", "accountStatusId", "address1", "address2", "allowedPptpVpnQuantity", "brandId", "city",
	"claimedTaxExemptTxFlag", "companyName", "country", "createDate", "email", "firstName", "id", "isReseller", "lastName",
	"modifyDate", "officePhone", "postalCode", "state", "statusDate",
)

// relationalScalars lists, for the other types, the scalars that are looked up elsewhere: they come only when masked
// and masking them leaves the columns in place. (A client that masks only these still expects an id beside them.)
var relationalScalars = map[string]map[string]bool{
	"Billing_Item":                    set("nextInvoiceTotalRecurringAmount", "hourlyFlag"),
	"Billing_Item_Network_Storage":    set("hourlyFlag"),
	"Billing_Item_" + globalIPTyp:     set("hourlyFlag"),
	"Billing_Item_Network_Subnet":     set("hourlyFlag"),
	"Billing_Item_Network_Vlan":       set("hourlyFlag"),
	"Billing_Item_Virtual_Disk_Image": set("hourlyFlag"),
	"Billing_Item_Virtual_Guest":      set("nextInvoiceTotalRecurringAmount", "hourlyFlag", "resourceTableId"),
	"Network_Storage_Allowed_Host":    set("sourceSubnet"),
	"Network_Subnet": set("addressSpace", "boundRouterFlag", "displayLabel", "podName", "roleKeyName", "roleName",
		"routingTypeKeyName", "routingTypeName"),
	"Network_Vlan": set("attachedNetworkGatewayFlag", "dedicatedFirewallFlag", "highAvailabilityFirewallFlag",
		"localDiskStorageCapabilityFlag", "networkSpace", "podName", "sanStorageCapabilityFlag"),
	"Product_Package": set("deploymentType", "hourlyBillingAvailableFlag", "preconfiguredFlag", "privateNetworkOnlyFlag",
		"topLevelItemCategoryCode"),
	"Product_Package_Preset": set("bareMetalReservedFlag", "fixedConfigurationFlag", "totalMinimumHourlyFee",
		"totalMinimumRecurringFee"),
	"User_Customer": set("hasFullHardwareAccessFlag", "hasFullVirtualGuestAccessFlag", "isMasterUserFlag"),
	"Virtual_Guest_Block_Device_Template_Group": set("blockDevicesDiskSpaceTotal", "byolFlag", "flexImageFlag",
		"imageTypeKeyName"),
	"Virtual_Guest_Network_Component": set("primaryIpAddress"),
}

// unlisted are columns that softlayer-go lacks and other clients use.
var unlisted = map[string][]string{"Product_Package": {"statusCode"}}

// companions are relations that come along with the columns of a type without being asked for.
var companions = map[string]string{
	"Product_Item":                      "itemCategory",
	"Provisioning_Version1_Transaction": "transactionStatus",
}

func isLocal(typ, name string) bool {
	switch typ {
	case "Account":
		return accountColumns[name]
	case "Network_Storage", "Network_Storage_Iscsi":
		return slices.Contains(volumeDefaults, name)
	case "Virtual_Guest":
		return guestColumns[name]
	}
	return !relationalScalars[typ][name]
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
