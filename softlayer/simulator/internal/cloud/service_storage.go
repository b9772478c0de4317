package cloud

import (
	"slices"
	"strings"
)

const storageTyp = "Network_Storage"

// storageServices are the names under which the cloud offers the same storage.
func storageServices() []*service {
	var list []*service
	for _, name := range []string{storageTyp, storageTyp + "_Iscsi"} {
		list = append(list, &service{
			name: name, typ: storageTyp,
			find: func(c *call) node { return found(c.acct.storage(c.init)) },
			methods: map[string]*method{
				"getObject":                     self(storageTyp),
				"editObject":                    onStorage(editStorage),
				"deleteObject":                  onStorage(deleteSnapshot),
				"createSnapshot":                {returns: storageTyp, run: onVolume(createSnapshot).run},
				"restoreFromSnapshot":           onVolume(restoreSnapshot),
				"allowAccessFromVirtualGuest":   onVolume(accessOfGuest((*volume).allow)),
				"removeAccessFromVirtualGuest":  onVolume(accessOfGuest((*volume).deny)),
				"allowAccessFromHostList":       {returns: "Network_Storage_Allowed_Host", run: onVolume(accessOfHosts((*volume).allow)).run},
				"removeAccessFromHostList":      {returns: "Network_Storage_Allowed_Host", run: onVolume(accessOfHosts((*volume).deny)).run},
				"getVolumeCountLimits":          {returns: limitTyp, static: true, run: volumeLimits},
				"getSnapshotNotificationStatus": onVolume(func(*call, *volume) (any, error) { return "1", nil }),
			},
		})
	}
	return list
}

const limitTyp = "Container_Network_Storage_DataCenterLimits_VolumeCountLimitContainer"

// volumesPerPlace is how many volumes an account may have in a datacenter. It is told, and not enforced.
const volumesPerPlace = 700

func volumeLimits(c *call) (any, error) {
	list := []node{}
	for _, dc := range c.sim.catalog.datacenters {
		n := 0
		for _, v := range c.acct.visibleVolumes() {
			if v.datacenter == dc {
				n++
			}
		}
		list = append(list, newRecord(limitTyp, fields{"datacenterName": dc.str("name"), "maximumAvailableCount": volumesPerPlace, "provisionedCount": n}))
	}
	return list, nil
}

func onStorage(run func(*call, *volume) (any, error)) *method {
	return &method{run: func(c *call) (any, error) { return run(c, c.object.(*volume)) }}
}

// onVolume is a method that snapshots have not.
func onVolume(run func(*call, *volume) (any, error)) *method {
	return onStorage(func(c *call, v *volume) (any, error) {
		if v.parent != nil {
			return nil, public("This operation is not available on a snapshot.")
		}
		return run(c, v)
	})
}

func editStorage(c *call, v *volume) (any, error) {
	r := newRecord(storageTyp, fields{"notes": v.notes})
	if err := edit(c, r, "notes"); err != nil {
		return nil, err
	}
	v.notes = r.str("notes")
	return true, nil
}

// deleteSnapshot is for snapshots alone: a volume goes by its bill.
func deleteSnapshot(c *call, s *volume) (any, error) {
	if s.parent == nil {
		return nil, public("A volume can only be cancelled.")
	}
	s.parent.snapshots = slices.DeleteFunc(s.parent.snapshots, func(o *volume) bool { return o == s })
	return true, nil
}

func createSnapshot(c *call, v *volume) (any, error) {
	switch {
	case !v.ready(c.acct):
		return nil, provisioning()
	case v.snapshotGB == 0:
		return nil, public("Snapshot space has not been purchased for this volume.")
	}
	return v.snapshot(toStr(c.arg(0))), nil
}

func restoreSnapshot(c *call, v *volume) (any, error) {
	id, _ := toInt(c.arg(0))
	if !slices.ContainsFunc(v.snapshots, func(s *volume) bool { return s.id == id }) {
		return nil, notFound(textOf(c.arg(0)))
	}
	return true, nil
}

func provisioning() error {
	return exception("Network_Storage_BlockingOperationInProgress", "The volume has an operation in progress: Volume Provisioning.")
}

// allow lets g mount v, which must be where g is.
func (v *volume) allow(g *guest) error {
	switch {
	case !v.ready(v.account):
		return exception("Network_Storage_Group_AccessControlError",
			"Unable to authorize the host: the volume is not yet ready for mount, please try again after Volume Provisioning is complete.")
	case !v.cancelled.IsZero():
		return public("The volume was cancelled.")
	case v.datacenter != g.datacenter:
		return public("The host and the volume must be in the same datacenter.")
	}
	g.initiator()
	if !slices.Contains(v.guests, g) {
		v.guests = append(v.guests, g)
	}
	return nil
}

// deny takes back what allow gave, if it did.
func (v *volume) deny(g *guest) error {
	v.guests = slices.DeleteFunc(v.guests, func(o *guest) bool { return o == g })
	return nil
}

// accessOfGuest is a method for a server given as a template.
func accessOfGuest(change func(*volume, *guest) error) func(*call, *volume) (any, error) {
	return func(c *call, v *volume) (any, error) {
		id := textOf(at(c.arg(0), "id"))
		g := c.acct.guest(id)
		if g == nil {
			return nil, notFound(id)
		}
		return true, change(v, g)
	}
}

// accessOfHosts is a method for a list of servers by type and number: all or none.
func accessOfHosts(change func(*volume, *guest) error) func(*call, *volume) (any, error) {
	return func(c *call, v *volume) (any, error) {
		var guests []*guest
		for _, host := range listAt(c.arg(0)) {
			id := textOf(at(host, "id"))
			g := c.acct.guest(id)
			if strings.TrimPrefix(strAt(host, "objectType"), servicePrefix) != "Virtual_Guest" || g == nil {
				return nil, notFound(id)
			}
			guests = append(guests, g)
		}
		hosts := []node{}
		for _, g := range guests {
			if err := change(v, g); err != nil {
				return nil, err
			}
			hosts = append(hosts, g.initiator())
		}
		return hosts, nil
	}
}
