// Package passthrough puts Jumpgate in front of a real OpenStack: for whole
// services, or for the endpoints that no other driver took.
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
// A client can't tell: what upstream answers reaches it as it is, header, body
// and status, at any size and while it comes. Only URLs change. Those that
// begin with the address of an upstream service begin with Jumpgate's instead,
// in JSON bodies where a string begins with one, and in the header fields that
// hold URLs. So the catalog in Keystone's tokens, version documents and the
// links of pages all lead through Jumpgate. Other types of bodies, images
// above all, are never touched.
//
// # Who asks
//
// Where identity is passed through too, a client's token is upstream's own and
// goes there as it is. In mixed set-ups it is one of these:
//
// Identity is passed through and another driver serves a service: TokenHook
// asks the upstream Keystone whose token that is.
//
// Identity is served by another driver and a service is passed through: with
// Options.Accounts requests go upstream as an account of upstream's that the
// project has there.
//
// # What is stripped
//
// Header fields that name users, roles and projects (X-User-Id, X-Roles) and
// the way a request came (Forwarded, X-Forwarded-*) are not passed on, hop by
// hop fields neither, and Upgrade is ignored. Upstream learns the client's
// address in X-Forwarded-For. Nothing goes to other hosts than the configured
// ones, and redirects are the client's to follow.
//
// # Limits
//
// Bodies of requests go upstream as they are. Who manages Keystone's catalog
// through Jumpgate reads Jumpgate's addresses where upstream's are stored.
package passthrough
