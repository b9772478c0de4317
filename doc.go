// Package jumpgate makes any cloud speak OpenStack.
//
// A program mounts one http.Handler, a Gateway, and unmodified OpenStack
// clients drive the cloud behind it. What stands behind is a Driver:
// package softlayer is one for IBM Cloud Classic Infrastructure; writing
// another takes an afternoon.
//
//	gw, err := jumpgate.New(jumpgate.Options{
//		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
//			jumpgate.Identity: {Driver: sl}, // at / : /v3, /v2.0
//			jumpgate.Compute:  {Driver: sl}, // at /compute
//			jumpgate.Image:    {Driver: sl}, // at /image
//		},
//	})
//	http.ListenAndServe("127.0.0.1:5000", gw)
//
// # The way of a request
//
// The Gateway finds the service by its mount and hands the request to that
// service's Dispatcher. The Dispatcher finds the endpoint: every place in the
// OpenStack APIs has a name, such as "v21_servers_detail" (see Endpoints).
// Request hooks run, then the endpoint's handler, then response hooks.
//
// # Writing a driver
//
// A driver attaches handlers to endpoints by name:
//
//	func (d *Driver) SetupRoutes(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
//		return disp.SetHandler("v21_limits", jumpgate.Methods{"GET": d.limits})
//	}
//
// Most drivers don't write handlers: the packages below openstack/ know the
// protocol of each service (parsing, validation, paging, microversions,
// links, the words of faults) and ask the driver small questions through
// interfaces:
//
//	case jumpgate.Compute:
//		return compute.Register(disp, d, compute.Options{})
//
// An endpoint that nobody serves answers 501 in its service's own format;
// Dispatcher.UnusedEndpoints lists them. Drivers makes one driver of several.
//
// # Answers
//
// What a function of Methods returns is the answer's JSON. An Object keeps the
// order of its members, Date writes a time as the services do, a Response has
// a status and header fields too. A List is sent item by item as it comes from
// the cloud; After and Request.SelfURL make pages of lists. Request.DecodeJSON
// reads a body.
//
// # Errors
//
// Handlers and drivers return errors made with a Kind, such as
//
//	return nil, jumpgate.NotFound.Wrap(cause, "Instance %s could not be found.", id)
//
// The Gateway words them as the service that was asked would. The cause
// reaches the log and never the client.
//
// # Hooks
//
// Gateway.AddRequestHook and AddResponseHook, and the methods of the same
// names on a Dispatcher, run functions around endpoints. RequestHook and
// ResponseHook say in which order.
//
// # Microversions
//
// Negotiate is a hook that reads which microversion a client wants and puts it
// into Env.Version. The packages below openstack/ add it themselves.
//
// # URLs
//
// Links in answers come from Dispatcher.EndpointURL and from nowhere else.
// They are right when the Gateway is mounted at /, below Options.BasePath or
// behind http.StripPrefix, with Options.PublicURL, and behind the proxies of
// Options.TrustedProxies.
//
// # Catalog
//
// Clients find the services through the catalog of their token. It has what is
// mounted, unless Options.Catalog, read from templates by ParseCatalog, says
// otherwise.
package jumpgate
