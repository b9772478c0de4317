package baremetal

import (
	"strings"

	"github.com/softlayer/jumpgate"
)

// denied is what a refusal of the policy says.
const denied = "Access was denied to the following resource: %s"

// abort is an answer of Ironic's framework, not of its controllers.
func abort(k jumpgate.Kind, description string) error {
	return &jumpgate.Error{Kind: k, Type: "abort", Message: description}
}

func badRequest(format string, args ...any) error { return jumpgate.BadRequest.New(format, args...) }

func notAcceptable() error { return jumpgate.NotAcceptable.New("Request not acceptable.") }

// needs is for a filter that the version asked for is too old for.
func needs(minor int) error {
	return jumpgate.NotAcceptable.New("Request not acceptable. The minimal required API version should be %s", version(minor))
}

// The errors that drivers return, in Ironic's words.

// NodeLocked is for a node that the conductor host is working on: the client
// may try again soon.
func NodeLocked(id, host string) error {
	return jumpgate.Conflict.New("Node %s is locked by host %s, please retry after the current operation is completed.", id, host)
}

// NameTaken is for a name that another thing of the kind ("node") has.
func NameTaken(kind, name string) error {
	return jumpgate.Conflict.New("A %s with name %s already exists.", kind, name)
}

// MACTaken is for a port whose MAC address another port has.
func MACTaken(address string) error {
	return jumpgate.Conflict.New("A port with MAC address %s already exists.", address)
}

// Unsupported is for an operation ("inject_nmi") that a node's driver does not
// have.
func Unsupported(driver, what string) error {
	return badRequest("Driver %s does not support %s (disabled or not implemented).", driver, what)
}

// NoValidHost is for a driver that no conductor of the group has.
func NoValidHost(driver, group string) error {
	return badRequest("No valid host was found. Reason: No conductor service registered which supports driver %s for conductor group \"%s\".", driver, group)
}

// NoInterface is for an interface of a kind ("power") that the hardware type of
// a node does not have; valid are those that it has.
func NoInterface(kind, name string, valid ...string) error {
	list := make([]string, len(valid))
	for i, v := range valid {
		list[i] = "'" + v + "'"
	}
	return jumpgate.BadRequest.New("Could not find the following interface in the 'ironic.hardware.interfaces.%s' entrypoint: %s. Valid interfaces are [%s].",
		kind, name, strings.Join(list, ", "))
}
