package rest

import "github.com/softlayer/jumpgate"

// Link is a link as most services write it: what it is, then where it leads.
func Link(rel, href string) jumpgate.Object {
	return jumpgate.Object{{Name: "rel", Value: rel}, {Name: "href", Value: href}}
}
