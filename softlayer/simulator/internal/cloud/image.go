package cloud

import "time"

// image describes an image template to build: a parent, and a child for each datacenter that holds a copy.
type image struct {
	account     int
	name, note  string
	system      *record
	public      bool
	diskGB      int
	created     time.Time
	datacenters []*record
	// transaction returns what is being done to the image, or nil. Nil: never anything.
	transaction func() any
}

func (c *catalog) newImage(inv *inventor, img image) *record {
	parent := img.newGroup(inv, nil)
	var children []node
	for _, dc := range img.datacenters {
		child := img.newGroup(inv, parent)
		child.fields["datacenter"] = dc
		child.fields["datacenters"] = []node{dc}
		child.freeze()
		children = append(children, child)
	}
	parent.fields["children"] = children
	parent.fields["datacenters"] = nodes(img.datacenters)
	if len(children) > 0 {
		parent.fields["firstChild"] = children[0]
	}
	if img.public {
		parent.freeze() // shared by all accounts
	}
	return parent
}

func (img image) newGroup(inv *inventor, parent *record) *record {
	r := newRecord("Virtual_Guest_Block_Device_Template_Group", fields{
		"id": inv.id("image"), "accountId": img.account, "name": img.name, "createDate": img.created, "statusId": 1,
		"publicFlag": 0, "parentId": nil, "userRecordId": nil, "transactionId": nil, "summary": nil,
		"flexImageFlag": false, "blockDevicesDiskSpaceTotal": float64(img.diskGB) * (1 << 30) * 0.4,
		"imageType": imageCapture, "imageTypeKeyName": imageCapture.str("keyName"),
		"tagReferences": []node{}, "accountReferences": []node{},
	})
	if img.public {
		r.fields["publicFlag"] = 1
		r.fields["imageType"], r.fields["imageTypeKeyName"] = imageSystem, imageSystem.str("keyName")
	}
	r.fields["note"] = img.note
	r.fields["status"] = imageActive
	if parent != nil {
		r.fields["parentId"], r.fields["parent"] = parent.id(), parent
	} else {
		r.fields["globalIdentifier"] = inv.guid()
	}
	if img.transaction != nil {
		r.fields["transaction"] = img.transaction
	}
	disk := newRecord("Virtual_Disk_Image", fields{
		"id": inv.id("disk"), "capacity": img.diskGB, "units": "GB", "name": img.name, "description": img.name,
		"createDate": img.created, "modifyDate": nil, "parentId": nil, "typeId": 241, "uuid": inv.guid(),
		"type": diskSystem, "metadataFlag": false,
		"softwareReferences": []node{newRecord("Virtual_Disk_Image_Software", fields{
			"id": inv.id("software"), "softwareDescriptionId": img.system.id(), "softwareDescription": img.system,
		}).freeze()},
	}).freeze()
	r.fields["blockDevices"] = []node{newRecord("Virtual_Guest_Block_Device_Template", fields{
		"id": inv.id("blockDevice"), "device": "0", "diskImageId": disk.id(), "groupId": r.id(), "units": "B",
		"diskSpace": float64(img.diskGB) * (1 << 30) * 0.4, "diskImage": disk, "group": r,
	}).freeze()}
	return r
}

// imageSystemOf returns the operating system inside an image.
func imageSystemOf(img *record) *record {
	disk := img.fields["blockDevices"].([]node)[0].(*record).one("diskImage")
	return disk.fields["softwareReferences"].([]node)[0].(*record).one("softwareDescription")
}

func imageDiskGB(img *record) int {
	return img.fields["blockDevices"].([]node)[0].(*record).one("diskImage").int("capacity")
}

// constant is an entry of one of the API's small tables.
func constant(typ, key, name string) *record {
	return newRecord(typ, fields{"keyName": key, "name": name}).freeze()
}

var (
	imageActive  = constant("Virtual_Guest_Block_Device_Template_Group_Status", "ACTIVE", "Active")
	imageSystem  = constant("Virtual_Disk_Image_Type", "SYSTEM", "System")
	imageCapture = constant("Virtual_Disk_Image_Type", "DISK_CAPTURE", "Disk Capture")
	diskSystem   = constant("Virtual_Disk_Image_Type", "SYSTEM", "System")
	diskSwap     = constant("Virtual_Disk_Image_Type", "SWAP", "Swap")
	diskExtra    = constant("Virtual_Disk_Image_Type", "BASE", "Base")
)
