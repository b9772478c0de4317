package baremetal

// State is a provision state (ironic.common.states).
type State string

// The states of nodes.
const (
	Enroll         State = "enroll"
	Verifying      State = "verifying"
	Manageable     State = "manageable"
	Available      State = "available"
	Active         State = "active"
	DeployWait     State = "wait call-back"
	Deploying      State = "deploying"
	DeployFailed   State = "deploy failed"
	Deleting       State = "deleting"
	Cleaning       State = "cleaning"
	CleanWait      State = "clean wait"
	CleanFailed    State = "clean failed"
	Failed         State = "error"
	Inspecting     State = "inspecting"
	InspectWait    State = "inspect wait"
	InspectFailed  State = "inspect failed"
	Adopting       State = "adopting"
	AdoptFailed    State = "adopt failed"
	Rescue         State = "rescue"
	Rescuing       State = "rescuing"
	RescueWait     State = "rescue wait"
	RescueFailed   State = "rescue failed"
	Unrescuing     State = "unrescuing"
	UnrescueFailed State = "unrescue failed"
)

// Verb is a target that a client asks a node's provision state to move to.
type Verb string

// The verbs. Deploy and Undeploy are newer names of Activate and Delete.
const (
	Activate    Verb = "active"
	Deploy      Verb = "deploy"
	Rebuild     Verb = "rebuild"
	Delete      Verb = "deleted"
	Undeploy    Verb = "undeploy"
	Manage      Verb = "manage"
	Provide     Verb = "provide"
	Inspect     Verb = "inspect"
	Abort       Verb = "abort"
	Clean       Verb = "clean"
	Adopt       Verb = "adopt"
	EnterRescue Verb = "rescue"
	Unrescue    Verb = "unrescue"
)

// verbSince is the minor version that brought a verb, where it is checked.
var verbSince = map[Verb]int{
	Manage: 4, Provide: 4, Inspect: 6, Abort: 13, Clean: 15, Adopt: 17, EnterRescue: 38, Unrescue: 38,
}

// Step is the effect of a verb on a state: Through is the state during the
// work, Ends the state after success. Work that takes no time has only Ends.
type Step struct {
	Through, Ends State
}

// Next returns what verb does to a node in a state; ok is false if the state
// does not allow verb.
func Next(s State, verb Verb) (step Step, ok bool) {
	switch verb {
	case Deploy:
		verb = Activate
	case Undeploy:
		verb = Delete
	}
	step, ok = machine[s][verb]
	return step, ok
}

// machine is Ironic's, as clients can drive it.
var machine = func() map[State]map[Verb]Step {
	m := make(map[State]map[Verb]Step)
	add := func(verb Verb, through, ends State, from ...State) {
		for _, s := range from {
			if m[s] == nil {
				m[s] = make(map[Verb]Step)
			}
			m[s][verb] = Step{through, ends}
		}
	}
	add(Activate, Deploying, Active, Available, DeployFailed)
	add(Rebuild, Deploying, Active, Active, DeployFailed, Failed)
	add(Delete, Deleting, Available, Active, DeployWait, DeployFailed, Failed, Rescue, RescueWait, RescueFailed, UnrescueFailed)
	add(Manage, Verifying, Manageable, Enroll)
	add(Manage, "", Manageable, CleanFailed, Available, InspectFailed, AdoptFailed, Cleaning)
	add(Provide, Cleaning, Available, Manageable)
	add(Clean, Cleaning, Manageable, Manageable)
	add(Inspect, Inspecting, Manageable, Manageable, InspectFailed)
	add(Adopt, Adopting, Active, Manageable, AdoptFailed)
	add(EnterRescue, Rescuing, Rescue, Active, Rescue, RescueFailed, UnrescueFailed)
	add(Unrescue, Unrescuing, Active, Rescue, RescueFailed, UnrescueFailed)
	add(Abort, "", CleanFailed, CleanWait)
	add(Abort, "", InspectFailed, InspectWait)
	add(Abort, "", RescueFailed, RescueWait)
	return m
}()

// Stable tells whether a node stays in the state until a client asks for a
// change.
func (s State) Stable() bool {
	switch s {
	case Enroll, Manageable, Available, Active, Failed, Rescue:
		return true
	}
	return false
}

// Valid tells whether s is a state of Ironic's.
func (s State) Valid() bool {
	switch s {
	case Enroll, Verifying, Manageable, Available, Active, DeployWait, Deploying, DeployFailed, Deleting, Cleaning, CleanWait, CleanFailed, Failed,
		Inspecting, InspectWait, InspectFailed, Adopting, AdoptFailed, Rescue, Rescuing, RescueWait, RescueFailed, Unrescuing, UnrescueFailed:
		return true
	}
	return false
}

// unstable tells whether something is going on in a state.
func (s State) unstable() bool {
	switch s {
	case Deploying, DeployWait, Cleaning, CleanWait, Verifying, Deleting, Inspecting, InspectWait, Adopting, Rescuing, RescueWait, Unrescuing:
		return true
	}
	return false
}

// updatable tells whether a node can be changed in a state though it is on its
// way to another.
func (s State) updatable() bool {
	switch s {
	case DeployFailed, Inspecting, InspectFailed, InspectWait, CleanFailed, Failed, Verifying, AdoptFailed, RescueFailed, UnrescueFailed:
		return true
	}
	return false
}
