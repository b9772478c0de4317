// Package passthrough puts Jumpgate in front of a real OpenStack: for whole
// services, or for the endpoints that no other driver serves.
//
//	upstream, err := passthrough.New(passthrough.Options{
//		Endpoints: map[jumpgate.Service]string{
//			jumpgate.Identity: "http://controller:5000",
//			jumpgate.Compute:  "http://controller:8774",
//		},
//	})
//	...
//	jumpgate.Identity: {Driver: upstream},
//	jumpgate.Compute:  {Driver: jumpgate.Drivers(mine, upstream)},
//
// A client can't tell the difference: upstream's answers reach it unchanged
// (status, header and body), streamed, at any size. Only URLs change:
// Jumpgate's address replaces that of an upstream service at the beginning of
// strings in JSON bodies and in the header fields that hold URLs. So the
// catalog in Keystone's tokens, version documents and the links of pages lead
// through Jumpgate. Bodies of other types, such as images, never change.
//
// # Who asks
//
// Where identity is passed through too, a client's token is upstream's own and
// goes there as it is. In mixed set-ups it is one of these:
//
// Identity is passed through and another driver serves a service: TokenHook
// validates the client's token with the upstream Keystone.
//
// Identity is served by another driver and a service is passed through: with
// Options.Accounts requests go upstream with the upstream account of their
// project.
//
// # What is stripped
//
// Header fields that name users, roles and projects (X-User-Id, X-Roles) and
// the way a request came (Forwarded, X-Forwarded-*) are not passed on, nor are
// hop-by-hop fields, and Upgrade is ignored. Upstream learns the client's
// address in X-Forwarded-For. Requests go only to the configured hosts; clients
// follow redirects themselves.
//
// # Limits
//
// Bodies of requests go upstream as they are. An operator who manages
// Keystone's catalog through Jumpgate sees Jumpgate's addresses in place of the
// stored ones.
package passthrough
