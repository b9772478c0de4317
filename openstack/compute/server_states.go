package compute

// State is a state of a server without a task: a status, a vm_state and a power
// state that go together in Nova.
type State uint8

// The states.
const (
	StateBuilding State = iota // of a new server; TaskState has the step
	StateActive
	StateStopped
	StatePaused
	StateSuspended
	StateRescued
	StateResized // a resize or a migration waits for its owner to confirm it
	StateShelved
	StateShelvedOffloaded
	StateSoftDeleted
	StateDeleted
	StateFailed
	numStates
)

var states = [numStates]struct {
	status, vm string
	power      PowerState
}{
	StateBuilding:         {"BUILD", "building", PowerUnknown},
	StateActive:           {"ACTIVE", "active", PowerRunning},
	StateStopped:          {"SHUTOFF", "stopped", PowerShutdown},
	StatePaused:           {"PAUSED", "paused", PowerPaused},
	StateSuspended:        {"SUSPENDED", "suspended", PowerShutdown},
	StateRescued:          {"RESCUE", "rescued", PowerRunning},
	StateResized:          {"VERIFY_RESIZE", "resized", PowerRunning},
	StateShelved:          {"SHELVED", "shelved", PowerShutdown},
	StateShelvedOffloaded: {"SHELVED_OFFLOADED", "shelved_offloaded", PowerShutdown},
	StateSoftDeleted:      {"SOFT_DELETED", "soft-delete", PowerShutdown},
	StateDeleted:          {"DELETED", "deleted", PowerUnknown},
	StateFailed:           {"ERROR", "error", PowerUnknown},
}

// Triple returns the Status, VMState and PowerState of a server in a state. An
// unknown state counts as StateFailed.
func (s State) Triple() (status, vmState string, power PowerState) {
	if s >= numStates {
		s = StateFailed
	}
	row := states[s]
	return row.status, row.vm, row.power
}

// Rest puts s into a state and clears its TaskState.
func (s *Server) Rest(at State) {
	s.Status, s.VMState, s.PowerState = at.Triple()
	s.TaskState = ""
}
