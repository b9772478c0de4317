package cloud

import (
	"strconv"
	"time"
)

// volumeDefaults are what unmasked storage shows. They are the columns of its type, too.
var volumeDefaults = []string{
	"accountId", "capacityGb", "createDate", "guestId", "hardwareId", "hostId", "id", "nasType", "notes", "password",
	"serviceProviderId", "serviceResourceBackendIpAddress", "serviceResourceName", "storageTypeId", "upgradableFlag", "username",
}

func (v *volume) defaults() []string { return volumeDefaults }

func (v *volume) value(name string) (any, bool) {
	f := volumeProps[name]
	if f == nil {
		return nil, false
	}
	return present(f(v))
}

// none is a property that storage of this kind never has.
func none(*volume) any { return absent }

// volumeProps computes each property of storage. Many of its numbers are texts, as in the cloud.
var volumeProps = map[string]func(*volume) any{
	"accountId":         func(v *volume) any { return v.account.id() },
	"capacityGb":        func(v *volume) any { return v.capacity },
	"createDate":        func(v *volume) any { return when(v.since()) },
	"guestId":           func(*volume) any { return nil },
	"hardwareId":        func(*volume) any { return nil },
	"hostId":            func(*volume) any { return nil },
	"id":                func(v *volume) any { return v.id },
	"nasType":           (*volume).nasType,
	"notes":             func(v *volume) any { return orAbsent(v.notes) },
	"password":          func(*volume) any { return "" },
	"serviceProviderId": func(*volume) any { return 1 },
	"serviceResourceBackendIpAddress": func(v *volume) any {
		return "161.26.98." + strconv.Itoa(v.datacenter.id()%200+10)
	},
	"iscsiTargetIpAddresses": func(v *volume) any {
		return []string{"161.26.98." + strconv.Itoa(v.datacenter.id()%200+10), "161.26.99." + strconv.Itoa(v.datacenter.id()%200+10)}
	},
	"serviceResourceName": func(v *volume) any { return "PerfStor Aggregate " + v.datacenter.str("name") },
	"storageTypeId":       func(v *volume) any { return textOf(v.storageType().id()) },
	"upgradableFlag":      func(*volume) any { return true },
	"username":            func(v *volume) any { return v.username },

	"account":     func(v *volume) any { return v.account.self },
	"storageType": func(v *volume) any { return v.storageType() },
	"serviceResource": func(v *volume) any {
		return newRecord("Network_Service_Resource", fields{
			"id": v.datacenter.id() + 7, "name": "PerfStor Aggregate " + v.datacenter.str("name"), "datacenter": v.datacenter,
			"backendIpAddress": "161.26.98." + strconv.Itoa(v.datacenter.id()%200+10),
			"type":             newRecord("Network_Service_Resource_Type", fields{"type": "NETAPP_STOR_AGGR"}),
		})
	},
	"storageTierLevel": func(v *volume) any {
		if v.tier == nil {
			return absent
		}
		return v.tier.key
	},
	"provisionedIops":     func(v *volume) any { return textOf(v.iops) },
	"iops":                func(v *volume) any { return textOf(v.iops) },
	"staasVersion":        func(*volume) any { return "2" },
	"hasEncryptionAtRest": func(*volume) any { return true },
	"bytesUsed":           func(*volume) any { return "0" },
	"osType": func(v *volume) any {
		return newRecord("Network_Storage_Iscsi_OS_Type", fields{"id": 12, "keyName": v.osType, "name": v.osType})
	},
	"lunId": func(v *volume) any {
		if v.parent != nil || !v.ready(v.account) {
			return absent
		}
		return textOf(v.lun)
	},
	"isReadyToMount":        func(v *volume) any { return v.parent == nil && v.ready(v.account) },
	"isReadyForSnapshot":    func(v *volume) any { return v.parent == nil && v.ready(v.account) },
	"isProvisionInProgress": func(v *volume) any { return v.parent == nil && !v.ready(v.account) },
	"activeTransactions":    (*volume).transactions,
	"billingItem":           func(v *volume) any { return related(v.billingItem()) },

	"allowedVirtualGuests": func(v *volume) any { return nodes(v.guests) },
	"allowedHardware":      func(*volume) any { return []node{} },
	"allowedSubnets":       func(*volume) any { return []node{} },
	"allowedIpAddresses":   func(*volume) any { return []node{} },
	"replicationPartners":  func(*volume) any { return []node{} },
	"replicationStatus":    none,

	"snapshots":          func(v *volume) any { return nodes(v.snapshots) },
	"snapshotCapacityGb": func(v *volume) any { return numberOrAbsent(v.snapshotGB) },
	"snapshotSizeBytes":  func(v *volume) any { return numberOrAbsent(v.snapshotBytes()) },
	"snapshotCreationTimestamp": func(v *volume) any {
		if v.taken.IsZero() {
			return absent
		}
		return v.taken.In(v.account.sim.opts.Location).Format(dateFormat)
	},
	"parentVolume": func(v *volume) any {
		if v.parent == nil {
			return absent
		}
		return v.parent
	},
	"intervalSchedule": none, "hourlySchedule": none, "dailySchedule": none, "weeklySchedule": none,
	"schedules":          func(*volume) any { return []node{} },
	"originalVolumeName": func(v *volume) any { return v.original(func(o *volume) any { return o.username }) },
	"originalVolumeId":   func(v *volume) any { return v.original(func(o *volume) any { return o.id }) },
	"originalVolumeSize": func(v *volume) any { return v.original(func(o *volume) any { return textOf(o.capacity) }) },
}

func numberOrAbsent(n int) any {
	if n == 0 {
		return absent
	}
	return textOf(n)
}

func (v *volume) original(of func(*volume) any) any {
	if v.origin == nil {
		return absent
	}
	return of(v.origin)
}

// since is when v came to be.
func (v *volume) since() time.Time {
	if v.parent != nil {
		return v.taken
	}
	return v.ordered
}

func (v *volume) nasType() any {
	if v.parent != nil {
		return "SNAPSHOT"
	}
	return "ISCSI"
}

// snapshotBytes is how much of the space snapshots take: each the same, for nothing is written.
func (v *volume) snapshotBytes() int {
	if v.parent != nil {
		return 4096
	}
	return 4096 * len(v.snapshots)
}

var (
	enduranceStorage   = newRecord("Network_Storage_Type", fields{"id": 7, "keyName": "ENDURANCE_BLOCK_STORAGE", "description": "Endurance Block Storage"}).freeze()
	performanceStorage = newRecord("Network_Storage_Type", fields{"id": 11, "keyName": "PERFORMANCE_BLOCK_STORAGE", "description": "Performance Block Storage"}).freeze()
	snapshotStorage    = newRecord("Network_Storage_Type", fields{"id": 5, "keyName": "SNAPSHOT", "description": "Snapshot"}).freeze()
)

func (v *volume) storageType() *record {
	switch {
	case v.parent != nil:
		return snapshotStorage
	case v.tier != nil:
		return enduranceStorage
	}
	return performanceStorage
}

// transactions are what is being done to v. Their name is invented.
func (v *volume) transactions() any {
	if v.parent != nil || v.ready(v.account) && v.upgrade == nil {
		return []node{}
	}
	return []node{newRecord("Provisioning_Version1_Transaction", fields{
		"id": v.id + 1, "createDate": v.ordered, "modifyDate": v.ordered, "statusChangeDate": v.ordered, "guestId": nil, "hardwareId": nil,
		"elapsedSeconds": int(v.account.now.Sub(v.ordered).Seconds()),
		"transactionStatus": newRecord("Provisioning_Version1_Transaction_Status", fields{
			"name": "VOLUME_PROVISION", "friendlyName": "Volume Provisioning", "averageDuration": "3",
		}),
	})}
}

// billingItem is what v costs. The space for its snapshots is a part of it.
func (v *volume) billingItem() *record {
	if v.parent != nil {
		return nil
	}
	r := v.billed(v.account, "Billing_Item_Network_Storage", storagePackage, v)
	if r == nil {
		return nil
	}
	r.fields["location"] = v.datacenter
	if space := v.spaceItem(); space != nil {
		r.fields["activeChildren"] = []node{space}
	}
	return r
}

// spaceItem is what the space for v's snapshots costs; nil: there is none.
func (v *volume) spaceItem() *record {
	if v.snapshotGB == 0 || !v.cancelled.IsZero() {
		return nil
	}
	return newRecord("Billing_Item", fields{
		"id": v.billingID + 1, "categoryCode": "storage_snapshot_space", "parentId": v.billingID, "createDate": v.ordered, "cancellationDate": nil,
	})
}
