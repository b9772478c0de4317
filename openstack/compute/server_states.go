package compute

// State is a state that a server is in while nothing is done to it: a status, a
// vm_state and a power state that go together in Nova.
type State uint8

// The states.
const (
	StateBuilding State = iota // of a new server; what is done to it is in TaskState
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

// Triple is what a server in a state has for Status, VMState and PowerState. An
// unknown state is an error's.
func (s State) Triple() (status, vmState string, power PowerState) {
	if s >= numStates {
		s = StateFailed
	}
	row := states[s]
	return row.status, row.vm, row.power
}

// Rest puts s into a state in which nothing is done to it.
func (s *Server) Rest(at State) {
	s.Status, s.VMState, s.PowerState = at.Triple()
	s.TaskState = ""
}
