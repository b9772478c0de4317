package network

import (
	"strconv"

	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// getID asks whether there is something.
func getID(service string, number int) upstream.Call {
	return upstream.Call{Service: service, ID: strconv.Itoa(number), Method: "getObject", Mask: "mask[id]"}
}
