package memory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// SetPower implements baremetal.PowerSetter.
func (m metalNodes) SetPower(_ context.Context, uuid string, target baremetal.Power, _ int) error {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.free(uuid)
	if err != nil {
		return err
	}
	to := baremetal.PowerOn
	if target == baremetal.PowerOff || target == baremetal.SoftPowerOff {
		to = baremetal.PowerOff
	}
	r.TargetPower, r.LastError = to, ""
	m.work(r, func() { r.Power, r.TargetPower, r.Updated = to, "", m.moment() })
	return nil
}

// Provision implements baremetal.Provisioner.
func (m metalNodes) Provision(_ context.Context, uuid string, p baremetal.Provision) error {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.free(uuid)
	if err != nil {
		return err
	}
	step, ok := baremetal.Next(r.State, p.Verb)
	if !ok {
		return fmt.Errorf("memory: the verb %s came to a node in %s", p.Verb, r.State)
	}
	r.LastError = ""
	if step.Through == "" {
		m.enter(r, step.Ends, "")
		return nil
	}
	m.begin(r, p)
	m.enter(r, step.Through, step.Ends)
	m.work(r, func() { m.finish(r, p, step) })
	return nil
}

// enter puts a machine into a state, on its way to another or at rest.
func (m *metal) enter(r *machine, s, target baremetal.State) {
	r.State, r.TargetState = s, target
	r.ProvisionUpdated, r.Updated = m.moment(), m.moment()
}

// begin notes what a verb starts with.
func (m *metal) begin(r *machine, p baremetal.Provision) {
	r.InstanceInfo = maps.Clone(r.InstanceInfo)
	if r.InstanceInfo == nil {
		r.InstanceInfo = map[string]any{}
	}
	switch p.Verb {
	case baremetal.Activate, baremetal.Rebuild:
		if p.ConfigDrive != nil {
			r.InstanceInfo["configdrive"] = p.ConfigDrive
		}
	case baremetal.EnterRescue:
		sum := sha256.Sum256([]byte(p.RescuePassword))
		r.InstanceInfo["rescue_password"], r.InstanceInfo["hashed_rescue_password"] = p.RescuePassword, hex.EncodeToString(sum[:])
	case baremetal.Inspect:
		r.InspectionStarted = m.moment()
	}
}

// finish is what comes of a verb.
func (m *metal) finish(r *machine, p baremetal.Provision, step baremetal.Step) {
	r.InstanceInfo = maps.Clone(r.InstanceInfo)
	switch p.Verb {
	case baremetal.Clean:
		if bad := unknownStep(p.CleanSteps); bad != nil {
			m.fail(r, baremetal.CleanFailed, step.Ends, "cleaning",
				fmt.Sprintf("Cannot clean node %s: node does not support this clean step: %s", r.UUID, describeStep(bad)))
			return
		}
		m.clean(r, p.CleanSteps)
	case baremetal.Delete:
		m.allocations.rows = slices.DeleteFunc(m.allocations.rows, func(a *baremetal.Allocation) bool { return a.UUID == r.AllocationUUID })
		if r.State == baremetal.Deleting { // it is cleaned before it is free
			r.InstanceInfo, r.InstanceUUID, r.AllocationUUID = map[string]any{}, "", ""
			m.enter(r, baremetal.Cleaning, step.Ends)
			m.work(r, func() { m.finish(r, p, step) })
			return
		}
	case baremetal.Inspect:
		r.InspectionStarted, r.InspectionFinished = time.Time{}, m.moment()
	case baremetal.Unrescue:
		delete(r.InstanceInfo, "rescue_password")
		delete(r.InstanceInfo, "hashed_rescue_password")
	}
	m.enter(r, step.Ends, "")
}

// fail ends a verb badly.
func (m *metal) fail(r *machine, s, target baremetal.State, event, message string) {
	m.enter(r, s, target)
	r.LastError = message
	m.note(r, event, message)
}

// cleanSteps are the steps that machines know.
var cleanSteps = []string{"bios.apply_configuration", "bios.factory_reset", "raid.create_configuration", "raid.delete_configuration", "deploy.erase_devices"}

// unknownStep returns the first step that machines don't know, or nil.
func unknownStep(steps []map[string]any) map[string]any {
	for _, s := range steps {
		if !slices.Contains(cleanSteps, fmt.Sprintf("%v.%v", s["interface"], s["step"])) {
			return s
		}
	}
	return nil
}

// describeStep writes a step as Ironic does.
func describeStep(s map[string]any) string {
	var parts []string
	for _, name := range []string{"interface", "step"} {
		parts = append(parts, fmt.Sprintf("'%s': '%v'", name, s[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
