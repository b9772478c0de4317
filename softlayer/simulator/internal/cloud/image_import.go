package cloud

import (
	"regexp"
	"strings"
	"time"
)

// The addresses of disk images in object storage.
var (
	swiftURI = regexp.MustCompile(`^swift://[^/@]+@[^/]+/[^/]+/.+\.(vhd|iso)$`)
	icosURI  = regexp.MustCompile(`^cos://[a-z0-9-]+/[^/]+/.+\.(vhd|iso|vmdk|qcow2)$`)
)

// objectURI reads the address in a configuration for import or export.
func objectURI(t map[string]any, icos bool) (string, error) {
	uri, form := toStr(t["uri"]), swiftURI
	if icos {
		form = icosURI
		if toStr(t["ibmApiKey"]) == "" {
			return "", invalidValue("Invalid value provided for 'ibmApiKey'.")
		}
	}
	if !form.MatchString(uri) {
		return "", invalidValue("Invalid value provided for 'uri'.")
	}
	return uri, nil
}

// importImage begins to make a template of a disk in object storage.
func importImage(icos bool) func(*call) (any, error) {
	return func(c *call) (any, error) {
		t, err := c.template()
		if err != nil {
			return nil, err
		}
		for name := range t {
			switch name {
			case "name", "note", "operatingSystemReferenceCode", "uri", "complexType":
			case "ibmApiKey", "cloudInit", "byol", "isEncrypted", "bootMode":
				if !icos {
					return nil, invalidValue("Invalid value provided for '%s'.", name)
				}
			default:
				return nil, badRequest("The property '" + name + "' is not valid for the configuration of an image template.")
			}
		}
		if _, err := objectURI(t, icos); err != nil {
			return nil, err
		}
		if toStr(t["name"]) == "" {
			return nil, missingProperty(imageTyp, "name")
		}
		system := c.sim.catalog.system(toStr(t["operatingSystemReferenceCode"]))
		if system == nil {
			return nil, invalidValue("Invalid value provided for 'operatingSystemReferenceCode'.")
		}
		img := c.sim.catalog.newImage(c.sim.inv, image{
			account: c.acct.id(), name: toStr(t["name"]), note: toStr(t["note"]), system: system, diskGB: 25, created: c.acct.now,
			datacenters: c.sim.catalog.datacenters[:1], transaction: c.acct.imageWork("Import Image", "IMPORT_IMAGE"),
		})
		c.acct.images = append(c.acct.images, img)
		return img, nil
	}
}

// exportImage begins to copy a template into object storage. What was copied is told by [Cloud.Exports].
func exportImage(icos bool) func(*call) (any, error) {
	return ownImage(func(c *call, img *record) (any, error) {
		t, err := c.template()
		if err != nil {
			return nil, err
		}
		for name := range t {
			if name != "uri" && name != "complexType" && (name != "ibmApiKey" || !icos) {
				return nil, badRequest("The property '" + name + "' is not valid for the configuration of an export.")
			}
		}
		uri, err := objectURI(t, icos)
		if err != nil {
			return nil, err
		}
		if _, busy := img.value("transaction"); busy {
			return nil, public("Unable to export the image template: there is an active transaction on it.")
		}
		if store := c.sim.opts.ObjectStorage; store != nil {
			if err := store(uri, strings.NewReader(emptyVHD)); err != nil {
				return nil, public("Unable to export the image template: the object storage refuses it.")
			}
		}
		img.fields["transaction"] = c.acct.imageWork("Export Image", "EXPORT_IMAGE")
		c.sim.mu.Lock()
		defer c.sim.mu.Unlock()
		c.sim.exports = append(c.sim.exports, uri)
		return true, nil
	})
}

// emptyVHD is the footer that is all of a disk without blocks.
var emptyVHD = "conectix" + strings.Repeat("\x00", 504)

// Exports returns the addresses to which templates were exported.
func (sim *Cloud) Exports() []string {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return append([]string(nil), sim.exports...)
}

// imageWork is a transaction on a template that takes two steps.
func (a *account) imageWork(group, status string) func() any {
	id, started := a.sim.inv.id("transaction"), a.now
	return func() any {
		if !a.now.Before(started.Add(2 * a.sim.opts.Step)) {
			return nil
		}
		return imageTransaction(id, group, status, started, a.now)
	}
}

func imageTransaction(id int, group, status string, started, now time.Time) *record {
	return newRecord("Provisioning_Version1_Transaction", fields{
		"id": id, "createDate": started, "modifyDate": started, "statusChangeDate": started, "guestId": nil, "hardwareId": nil,
		"elapsedSeconds": int(now.Sub(started).Seconds()),
		"transactionStatus": newRecord("Provisioning_Version1_Transaction_Status", fields{
			"name": status, "friendlyName": group, "averageDuration": "6",
		}),
		"transactionGroup": newRecord("Provisioning_Version1_Transaction_Group", fields{"name": group, "averageTimeToComplete": "6"}),
	})
}
