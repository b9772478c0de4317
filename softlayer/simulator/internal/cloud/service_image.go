package cloud

import "slices"

const imageTyp = "Virtual_Guest_Block_Device_Template_Group"

func imageService() *service {
	return &service{
		name: imageTyp, typ: imageTyp,
		find: func(c *call) node { return found(c.acct.image(c.init)) },
		methods: map[string]*method{
			"getObject":       self(imageTyp),
			"getPublicImages": listed(imageTyp, func(c *call) []node { return nodes(c.sim.catalog.images) }),
			"editObject": {run: ownImage(func(c *call, img *record) (any, error) {
				if strAt(c.arg(0), "name") == "" && at(c.arg(0), "name") != nil {
					return nil, invalidValue("The name of an image template must not be empty.")
				}
				err := edit(c, img, "name", "note", "summary")
				c.sim.share(img)
				return true, err
			})},
			"setTags": {run: ownImage(func(c *call, img *record) (any, error) {
				done, err := setTags(c, img)
				c.sim.share(img)
				return done, err
			})},
			"permitSharingAccess":      {run: ownImage(permitSharing)},
			"denySharingAccess":        {run: ownImage(denySharing)},
			"createFromExternalSource": {returns: imageTyp, static: true, run: importImage(false)},
			"createFromIcos":           {returns: imageTyp, static: true, run: importImage(true)},
			"copyToExternalSource":     {run: exportImage(false)},
			"copyToIcos":               {run: exportImage(true)},
			"deleteObject": {returns: "Provisioning_Version1_Transaction", run: ownImage(func(c *call, img *record) (any, error) {
				if _, busy := img.value("transaction"); busy {
					return nil, public("Unable to delete the image template: there is an active transaction on it.")
				}
				c.sim.unshare(img)
				c.acct.images = slices.DeleteFunc(c.acct.images, func(o *record) bool { return o == img })
				return newRecord("Provisioning_Version1_Transaction", fields{
					"id": c.sim.inv.id("transaction"), "createDate": c.acct.now, "modifyDate": c.acct.now,
					"statusChangeDate": c.acct.now, "elapsedSeconds": 0, "guestId": nil, "hardwareId": nil,
				}), nil
			})},
		},
	}
}

// ownImage restricts a method to the account's own templates: others may be used, but not changed.
func ownImage(run func(*call, *record) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		img := c.object.(*record)
		if !slices.Contains(c.acct.images, img) {
			return nil, public("You do not have permission to change this image template.")
		}
		return run(c, img)
	}
}
