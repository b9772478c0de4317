package compute

import (
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Where a mask names nothing but relations of an object, SoftLayer adds all of
// the object's own properties. The masks name one of those, too, where there
// are any: it halves the answers.
const (
	// actFields are what state needs to tell all, and what actions change.
	actFields = records.StateFields + ",maxCpu,maxMemory,notes,tagReferences[id,tag.name],blockDevices[device,diskImage.capacity]," +
		"billingItem[id,orderItem[id,preset.keyName]]"
	ActMask = "mask[" + actFields + "]"

	// briefGuestMask is for lists of names.
	BriefGuestMask = "mask[" + records.StateFields + ",hostname,notes,tagReferences.tag.name]"

	// guestMask is for everything that Nova shows of a server.
	GuestMask = "mask[" + records.StateFields + ",accountId,hostname,domain,createDate,modifyDate,maxCpu,maxMemory,notes,placementGroupId," +
		"datacenter.name,primaryIpAddress,primaryBackendIpAddress," +
		"blockDeviceTemplateGroup.globalIdentifier," +
		"operatingSystem[id,softwareLicense[id,softwareDescription.referenceCode]]," +
		attachedFields + "," +
		"networkComponents[port,macAddress,primaryIpAddress,networkVlan[" + records.VLANNameFields + "]," +
		"primaryVersion6IpAddressRecord.ipAddress," +
		"primaryIpAddressRecord[id,endpointSubnets[id,networkIdentifier,globalIpRecord.id]]," +
		"securityGroupBindings[id,securityGroup.name]]," +
		"sshKeys.label,tagReferences[id,tag.name],userData.value," +
		"billingItem[id,orderItem[id,preset.keyName,order[id,userRecord.username]]]]"
)
