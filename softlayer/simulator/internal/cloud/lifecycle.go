package cloud

import (
	"slices"
	"time"
)

// step is one status of a transaction: how long it takes and what it does.
type step struct {
	name, friendly string
	minutes        string                  // averageDuration, as the cloud claims it
	duration       func(*account) duration // nil: one step of the options
	begin, end     func(*guest, time.Time)
}

type duration = time.Duration

// transaction is something the cloud is doing to a server. It advances only when a request looks, by the clock.
type transaction struct {
	id      int
	group   string
	guest   *guest
	steps   []step
	at      int       // the current step
	started time.Time // of the transaction
	since   time.Time // of the current step
	changed time.Time // when it last moved; the end once it is over
}

// begin starts a transaction on g. A server has at most one.
func (g *guest) begin(group string, steps []step) *transaction {
	a := g.account
	tx := &transaction{
		id: a.sim.inv.id("transaction"), group: group, guest: g, steps: steps, started: a.now, since: a.now, changed: a.now,
	}
	g.tx = tx
	a.busy = append(a.busy, g)
	if b := steps[0].begin; b != nil {
		b(g, a.now)
	}
	return tx
}

// advance brings the account to now. Only servers with a transaction change by themselves.
func (a *account) advance(now time.Time) {
	a.now = now
	if len(a.busy) == 0 {
		return
	}
	busy := a.busy
	a.busy = nil
	for _, g := range busy {
		if g.tx.advance(now) {
			a.busy = append(a.busy, g)
		}
	}
}

// advance runs the steps that are over at now and reports whether any is left.
func (tx *transaction) advance(now time.Time) bool {
	g := tx.guest
	for {
		s := &tx.steps[tx.at]
		length := g.account.sim.opts.Step
		if s.duration != nil {
			length = s.duration(g.account)
		}
		over := tx.since.Add(length)
		if over.After(now) {
			return true
		}
		if s.end != nil {
			s.end(g, over)
		}
		tx.at++
		tx.since, tx.changed = over, over
		if tx.at == len(tx.steps) {
			g.tx, g.lastTx = nil, tx
			return false
		}
		if b := tx.steps[tx.at].begin; b != nil {
			b(g, over)
		}
	}
}

// record is the transaction as the API shows it; nil for none.
func (tx *transaction) record() *record {
	if tx == nil {
		return nil
	}
	status := step{name: "COMPLETE", friendly: "Complete", minutes: "0"}
	if tx.at < len(tx.steps) {
		status = tx.steps[tx.at]
	}
	return newRecord("Provisioning_Version1_Transaction", fields{
		"id": tx.id, "createDate": tx.started, "modifyDate": tx.changed, "statusChangeDate": tx.changed,
		"guestId": tx.guest.id, "hardwareId": nil, "guest": tx.guest,
		"elapsedSeconds": int(tx.guest.account.now.Sub(tx.since).Seconds()),
		"transactionStatus": newRecord("Provisioning_Version1_Transaction_Status", fields{
			"name": status.name, "friendlyName": status.friendly, "averageDuration": status.minutes,
		}),
		"transactionGroup": newRecord("Provisioning_Version1_Transaction_Group", fields{
			"name": tx.group, "averageTimeToComplete": "5",
		}),
	})
}

// provision is what happens to a new server. Names are those of the cloud.
func (g *guest) provision() {
	steps := []step{
		{name: "ASSIGN_HOST", friendly: "Assign Host", minutes: "1.48"},
		{name: "CLONE_CLOUD_TEMPLATE", friendly: "Create disk from template", minutes: "1.96"},
		{name: "ATTACH_PRIMARY_DISK", friendly: "Attach primary disk", minutes: ".51"},
		{name: "CLOUD_PROVISION_SETUP", friendly: "Setup provision configuration", minutes: "1.35", begin: func(g *guest, _ time.Time) {
			g.assignAddresses()
		}},
		{name: "CLOUD_CONFIGURE_METADATA_DISK", friendly: "Configure Cloud Metadata Disk", minutes: ".8"},
		{name: "POWER_ON", friendly: "Power on server", minutes: "1.06", end: func(g *guest, at time.Time) {
			g.power, g.modified = powerRunning, at
		}},
		{name: "INSTALL_COMPLETE", friendly: "Install complete", minutes: ".4", begin: func(g *guest, at time.Time) {
			g.provisioned, g.modified = at, at
		}},
		{name: "SERVICE_SETUP", friendly: "Finish provisioning of services", minutes: ".7"},
	}
	if g.image == nil {
		steps = slices.Delete(steps, 1, 2)
	}
	g.begin("CCI Create", steps)
}

// reclaim is what happens to a cancelled server. It is as good as gone from the first step on.
func (g *guest) reclaim() {
	g.cancelled = true
	steps := []step{
		{name: "RECLAIM_WAIT", friendly: "This is a buffer time in which the customer may cancel the server", minutes: "550.37",
			duration: func(a *account) duration { return a.sim.opts.ReclaimWait }},
		{name: "CLOUD_ISO_BOOT_TEAR_DOWN", friendly: "Tear down cloud ISO boot", minutes: ".5", begin: func(g *guest, at time.Time) {
			g.power, g.modified = powerHalted, at
		}},
		{name: "CLOUD_INSTANCE_NETWORK_RECLAIM", friendly: "Reclaim network of the instance", minutes: ".9",
			end: func(g *guest, _ time.Time) { g.gone() }},
	}
	if g.account.sim.opts.ReclaimWait < 0 {
		steps = steps[1:]
	}
	g.begin("Cloud ISO Teardown", steps)
}

// reinstall reloads the operating system, from image when there is one. The step names are invented.
func (g *guest) reinstall(image, system *record, keys []node) *transaction {
	g.reload = g.begin("OS Reload", []step{
		{name: "OS_RELOAD_SHUTDOWN", friendly: "Shut down for OS reload", minutes: ".6", begin: func(g *guest, at time.Time) {
			g.power = powerHalted
		}},
		{name: "OS_RELOAD_DISK", friendly: "Reload primary disk", minutes: "4"},
		{name: "OS_RELOAD_POWER_ON", friendly: "Power on server after OS reload", minutes: "1", end: func(g *guest, at time.Time) {
			g.power, g.modified, g.password = powerRunning, at, g.account.sim.inv.password()
			g.image, g.system = image, system
			if keys != nil {
				g.keys = keys
			}
		}},
	})
	return g.reload
}

// rescue boots the rescue system. Nothing about the server tells afterwards.
func (g *guest) rescue() {
	g.begin("Rescue Boot", []step{
		{name: "RESCUE_BOOT", friendly: "Rescue kernel is booting", minutes: "10", end: func(g *guest, at time.Time) {
			g.power, g.modified = powerRunning, at
		}},
	})
}

// upgrade changes the size. The step names are invented, but for the word that clients look for.
func (g *guest) upgrade(change func(*guest)) {
	g.begin("CCI Upgrade", []step{
		{name: "CLOUD_UPGRADE_SETUP", friendly: "Prepare upgrade", minutes: ".5"},
		{name: "CLOUD_UPGRADE_RECONFIGURE", friendly: "Reconfigure server", minutes: "2", begin: func(g *guest, _ time.Time) {
			g.power = powerHalted
		}, end: func(g *guest, at time.Time) {
			change(g)
			g.power, g.modified = powerRunning, at
		}},
	})
}

// connect attaches a portable disk. The step names are invented, but for the word.
func (g *guest) connect(d *portable) *transaction {
	return g.begin("Cloud Attach Disk", []step{
		{name: "CLOUD_ATTACH_DISK", friendly: "Attach disk", minutes: ".5", end: func(g *guest, at time.Time) {
			d.attach(g)
			g.modified = at
		}},
	})
}

// disconnect detaches a portable disk, for which the server is switched off.
func (g *guest) disconnect(d *portable) *transaction {
	return g.begin("Cloud Detach Disk", []step{
		{name: "CLOUD_DETACH_DISK", friendly: "Detach disk", minutes: ".5", begin: func(g *guest, _ time.Time) {
			g.power = powerHalted
		}, end: func(g *guest, at time.Time) {
			d.detach()
			g.power, g.modified = powerRunning, at
		}},
	})
}

// capture saves the disks as an image, which is ready when it ends.
func (g *guest) capture() *transaction {
	return g.begin("Cloud Image Capture", []step{
		{name: "CLOUD_CAPTURE_PREPARE", friendly: "Prepare image capture", minutes: ".5"},
		{name: "CLOUD_CAPTURE_IMAGE", friendly: "Capture image", minutes: "6"},
	})
}
