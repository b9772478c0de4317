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

	// GuestMask is for everything that Nova shows of a server.
	GuestMask = "mask[" + listedFields + ",domain,placementGroupId]"

	// listMask is for details of many, which show neither a group nor, below
	// 2.90, the name of the host. namedListMask is for those that do.
	listMask      = "mask[" + listedFields + "]"
	namedListMask = "mask[" + listedFields + ",domain]"

	// listedFields have no user data, which may be 64 KB, but whether there is
	// some, and each address once.
	listedFields = records.StateFields + ",accountId,hostname,createDate,modifyDate,maxCpu,maxMemory,notes," +
		"datacenter.name," +
		"blockDeviceTemplateGroup.globalIdentifier," +
		"operatingSystem[id,softwareLicense[id,softwareDescription.referenceCode]]," +
		attachedFields + "," +
		"networkComponents[port,macAddress,primaryIpAddress,networkVlan[" + "id,name,fullyQualifiedName,note" + "]," +
		"primaryVersion6IpAddressRecord.ipAddress," +
		"primaryIpAddressRecord[id,endpointSubnets[id,networkIdentifier,globalIpRecord.id]]," +
		"securityGroupBindings[id,securityGroup.name]]," +
		"sshKeys.label,tagReferences[id,tag.name],userDataCount," +
		"billingItem[id,orderItem[id,preset.keyName,order[id,userRecord.username]]]"
)
