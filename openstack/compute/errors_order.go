package compute

import (
	"fmt"

	"github.com/softlayer/jumpgate"
)

// What drivers return for what an order or an action asks too much of, or
// names and can't have, in Nova's words.

// TooManyKeypairs is for one key pair more than the quota allows.
func TooManyKeypairs() error { return jumpgate.Forbidden.New("Quota exceeded, too many key pairs.") }

// TooManyServerGroups is for one server group more than the quota allows.
func TooManyServerGroups() error {
	return jumpgate.Forbidden.New("Quota exceeded, too many server groups.")
}

// TooManyGroupMembers is for one server more than a group may have.
func TooManyGroupMembers() error {
	return jumpgate.Forbidden.New("Quota exceeded, too many servers in group")
}

// OverQuota is for one more of a resource of the network service, such as
// "security_group", than its quota allows.
func OverQuota(resource string) error {
	return jumpgate.Forbidden.New("Quota exceeded for resources: ['%s'].", resource)
}

// TooMuchMetadata is for more items of metadata than a server may have.
func TooMuchMetadata(most int) error {
	return jumpgate.Forbidden.New("Maximum number of metadata items exceeds %d", most)
}

// ImageNotActive is for an image whose status is not active.
func ImageNotActive(id string) error { return jumpgate.BadRequest.New("Image %s is not active.", id) }

// ImageUnacceptable is for an image that a server can't be made of.
func ImageUnacceptable(id, reason string) error {
	return jumpgate.BadRequest.New("Image %s is unacceptable: %s", id, reason)
}

// RescueImageUnusable is for an image that can't rescue a server.
func RescueImageUnusable(id, reason string) error {
	return jumpgate.BadRequest.New("Requested rescue image '%s' cannot be used: %s", id, reason)
}

// InvalidKey is for a text that is not a public key.
func InvalidKey() error {
	return jumpgate.BadRequest.New("Keypair data is invalid: failed to generate fingerprint")
}

// PortNotFound is for a port that an order names.
func PortNotFound(id string) error {
	return jumpgate.BadRequest.New("Port id %s could not be found.", id)
}

// PortInUse is for a port that another server has.
func PortInUse(id string) error { return jumpgate.Conflict.New("Port %s is still in use.", id) }

// OnePortForMany is for an order of several servers with one port.
func OnePortForMany() error {
	return jumpgate.BadRequest.New("Unable to launch multiple instances with a single configured port ID. " +
		"Please launch your instance one by one with different ports.")
}

// TaggedDevices is for devices with tags in a cloud whose servers don't learn
// them.
func TaggedDevices() error {
	return jumpgate.BadRequest.New("Attempt to boot guest with tagged devices on host that does not support tagging.")
}

// SecurityGroupAmbiguous is for a name in an order that several groups have.
func SecurityGroupAmbiguous(name string) error {
	return jumpgate.Conflict.New("Multiple security_groups found matching '%s'. Use an ID to be more specific.", name)
}

// OrderedVolumeNotFound is for a volume that an order names.
func OrderedVolumeNotFound(id string) error {
	return jumpgate.BadRequest.New("Volume %s could not be found.", id)
}

// OrderedTypeNotFound is for the type of a new volume that an order names.
func OrderedTypeNotFound(name string) error {
	return jumpgate.BadRequest.New("Volume type %s could not be found.", name)
}

// notToReserve is how Cinder refuses to reserve a volume, and Nova passes it on.
const notToReserve = "Invalid input received: Invalid volume: Volume %s status must be available or downloading to reserve, but the current status is %s."

// VolumeNotAvailable is for a volume that can't be attached in its state.
func VolumeNotAvailable(id, status string) error {
	return jumpgate.BadRequest.New(notToReserve, id, status)
}

// OrderedVolumeNotAvailable is for a volume in the wrong state that an order
// names.
func OrderedVolumeNotAvailable(id, status string) error {
	return InvalidVolume(fmt.Sprintf(notToReserve, id, status))
}

// VolumeElsewhere is for a server and a volume in different availability
// zones.
func VolumeElsewhere(server, volume, serverZone, volumeZone string) error {
	return InvalidVolume("Instance " + server + " and volume " + volume + " are not in the same availability_zone. Instance is in " +
		serverZone + ". Volume is in " + volumeZone)
}

// OrderedVolumeElsewhere is VolumeElsewhere for an order.
func OrderedVolumeElsewhere(serverZone, volumeZone string) error {
	return jumpgate.BadRequest.New("The availability zone between the server and its attached volumes do not match: "+
		"Server and volumes are not in the same availability zone. Server is in: %s. Volumes are in: %s.", serverZone, volumeZone)
}

// TooManyServers is for an order of more servers than the cloud makes at once.
func TooManyServers(wanted, most int) error {
	return jumpgate.Forbidden.New("Quota exceeded for instances: Requested %d, but at most %d can be created at once.", wanted, most)
}
