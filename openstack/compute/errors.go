package compute

import (
	"errors"
	"fmt"
	"time"

	"github.com/softlayer/jumpgate"
)

// StateError is a driver's answer to an action that a server's state forbids.
// Set TaskState where something is under way, VMState otherwise.
type StateError struct {
	VMState   string
	TaskState string
	Locked    bool

	// RetryAfter is how long a client should wait before it tries again; 0:
	// unknown.
	RetryAfter time.Duration
}

func (e *StateError) Error() string {
	switch {
	case e.Locked:
		return "server is locked"
	case e.TaskState != "":
		return "server is in task_state " + e.TaskState
	}
	return "server is in vm_state " + e.VMState
}

// The errors for parts of an order that don't exist, in Nova's words.

// FlavorNotFound is for an unknown flavor.
func FlavorNotFound(id string) error {
	return jumpgate.BadRequest.New("Flavor %s could not be found.", id)
}

// ImageNotFound is for an unknown image.
func ImageNotFound() error { return jumpgate.BadRequest.New("Can not find requested image") }

// KeypairNotFound is for an unknown key pair.
func KeypairNotFound() error { return jumpgate.BadRequest.New("Invalid key_name provided.") }

// ZoneNotFound is for an unknown availability zone.
func ZoneNotFound() error {
	return jumpgate.BadRequest.New("The requested availability zone is not available")
}

// NetworkNotFound is for an unknown network.
func NetworkNotFound(id string) error {
	return jumpgate.BadRequest.New("Network %s could not be found.", id)
}

// SecurityGroupNotFound is for an unknown security group.
func SecurityGroupNotFound(nameOrID string) error {
	return jumpgate.BadRequest.New("Unable to find security_group with name or id '%s'", nameOrID)
}

// serverFault words a driver's error about the server called id; doing names
// the action.
func serverFault(err error, id string, doing Action) error {
	if err == nil {
		return nil
	}
	var state *StateError
	if errors.As(err, &state) {
		var fault *jumpgate.Error
		switch {
		case state.Locked:
			fault = jumpgate.Conflict.Wrap(err, "Instance %s is locked", id)
		case state.TaskState != "":
			fault = jumpgate.Conflict.Wrap(err, "Cannot '%s' instance %s while it is in task_state %s", doing, id, state.TaskState)
		default:
			fault = jumpgate.Conflict.Wrap(err, "Cannot '%s' instance %s while it is in vm_state %s", doing, id, state.VMState)
		}
		fault.RetryAfter = state.RetryAfter
		return fault
	}
	return missing(err, "Instance %s could not be found.", id)
}

// missing words a NotFound that came without words.
func missing(err error, format string, args ...any) error {
	if e := jumpgate.AsError(err); e.Kind == jumpgate.NotFound && e.Message == "" {
		return jumpgate.NotFound.Wrap(err, "%s", fmt.Sprintf(format, args...))
	}
	return err
}
