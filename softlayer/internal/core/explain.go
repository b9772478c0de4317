package core

import (
	"errors"

	"github.com/softlayer/jumpgate"
)

// A Part is an endpoint of which SoftLayer can do a part.
type Part = struct{ Name, Method, Reason string }

// ExplainParts adds the reasons of parts, whose names go on behind prefix
// ("v2_"), to what the coverage has of the endpoints already.
func ExplainParts(disp *jumpgate.Dispatcher, prefix string, parts []Part) error {
	var faults []error
	for _, p := range parts {
		name, reason := prefix+p.Name, p.Reason
		if said := disp.Reasons(name)[p.Method]; said != "" {
			reason = said + "; " + reason
		}
		faults = append(faults, disp.Explain(name, p.Method, reason))
	}
	return errors.Join(faults...)
}
