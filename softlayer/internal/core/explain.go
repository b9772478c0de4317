package core

import "github.com/softlayer/jumpgate"

// ExplainToo adds a reason to what the coverage has of an endpoint already.
func ExplainToo(disp *jumpgate.Dispatcher, name, method, reason string) error {
	if said := disp.Reasons(name)[method]; said != "" {
		reason = said + "; " + reason
	}
	return disp.Explain(name, method, reason)
}
