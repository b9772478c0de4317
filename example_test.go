package jumpgate_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/softlayer/jumpgate"
)

// cloud is a driver with two endpoints.
type cloud struct{}

func (c cloud) SetupRoutes(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	if disp.Service() != jumpgate.Identity {
		return nil
	}
	if err := disp.SetHandler("v3_auth_index", jumpgate.Methods{"GET": c.index}); err != nil {
		return err
	}
	return disp.SetHandler("v3_auth_tokens", jumpgate.Methods{"POST": c.tokens})
}

func (cloud) index(r *jumpgate.Request) (any, error) {
	self, err := r.Dispatcher().EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	link := jumpgate.Object{{Name: "rel", Value: "self"}, {Name: "href", Value: self + "/"}}
	return jumpgate.Object{{Name: "version", Value: jumpgate.Object{
		{Name: "id", Value: "v3.14"},
		{Name: "links", Value: []any{link}},
	}}}, nil
}

func (cloud) tokens(r *jumpgate.Request) (any, error) {
	var body struct {
		User, Password string
	}
	if err := r.DecodeJSON(&body); err != nil {
		return nil, err
	}
	if body.Password != "secret" {
		return nil, jumpgate.Unauthorized.New("Wrong password for %s.", body.User)
	}
	return &jumpgate.Response{
		Status: http.StatusCreated,
		Header: http.Header{"X-Subject-Token": {"a-token"}},
		Body:   jumpgate.Object{{Name: "user", Value: body.User}},
	}, nil
}

// A driver attaches handlers to endpoints by name. Everything around them,
// from routing to the words of a fault, is the Gateway's.
func ExampleDriver() {
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: cloud{}, Open: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(gw)
	defer server.Close()

	show := func(resp *http.Response, err error) {
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		fmt.Println(resp.StatusCode, strings.ReplaceAll(string(body), server.URL, "http://cloud"))
	}
	show(http.Get(server.URL + "/v3/"))
	show(http.Post(server.URL+"/v3/auth/tokens", "application/json", strings.NewReader(`{"user": "ada", "password": "secret"}`)))
	show(http.Post(server.URL+"/v3/auth/tokens", "application/json", strings.NewReader(`{"user": "ada"}`)))
	show(http.Get(server.URL + "/v3/users"))
	// Output:
	// 200 {"version": {"id": "v3.14", "links": [{"rel": "self", "href": "http://cloud/v3/"}]}}
	// 201 {"user": "ada"}
	// 401 {"error": {"code": 401, "message": "Wrong password for ada.", "title": "Unauthorized"}}
	// 501 {"error": {"code": 501, "message": "Endpoint v3_users of identity is not implemented here.", "title": "Not Implemented"}}
}

// A Gateway is a http.Handler and fits below a path of a program's own API.
// Options.BasePath does the same without a copy of each request.
func ExampleNew_subpath() {
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: cloud{}, Open: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/openstack/", http.StripPrefix("/openstack", gw))
	mux.HandleFunc("/status", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "fine") })

	for _, path := range []string{"/status", "/openstack/v3"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "https://api.example.com"+path, nil))
		fmt.Println(w.Body)
	}
	// Output:
	// fine
	// {"version": {"id": "v3.14", "links": [{"rel": "self", "href": "https://api.example.com/openstack/v3/"}]}}
}

// An authentication hook says who asks and for which project. Links to
// endpoints with a project in their path then have it.
func ExampleGateway_AddRequestHook() {
	list := func(r *jumpgate.Request) (any, error) {
		next, err := r.Dispatcher().EndpointURL(r, "v3_volume", "volume_id", "7")
		return jumpgate.Object{{Name: "href", Value: next}}, err
	}
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Volume: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return disp.SetHandler("v3_volumes", jumpgate.Methods{"GET": list})
			})},
		},
		PublicURL: "https://api.example.com",
	})
	if err != nil {
		log.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		if r.Header.Get("X-Auth-Token") != "a-token" {
			return jumpgate.Unauthorized
		}
		r.Env.Principal = &jumpgate.Principal{UserID: "ada", ProjectID: "project-1"}
		r.Env.ProjectID = "project-1"
		return nil
	})
	for _, token := range []string{"a-token", "stale"} {
		req := httptest.NewRequest("GET", "/volume/v3/project-1/volumes", nil)
		req.Header.Set("X-Auth-Token", token)
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"href": "https://api.example.com/volume/v3/project-1/volumes/7"}
	// 401 {"error": {"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."}}
}

// A catalog of templates mixes the Gateway's services with others.
func ExampleParseCatalog() {
	catalog, err := jumpgate.ParseCatalog(strings.NewReader(`
# The Gateway's own.
catalog.RegionOne.compute.publicURL = $(public_url)s/compute/v2.1
catalog.RegionOne.compute.name = nova
# Somebody else's.
catalog.RegionOne.object-store.publicURL = https://objects.example.com/v1/AUTH_$(tenant_id)s
catalog.RegionOne.object-store.name = swift
`))
	if err != nil {
		log.Fatal(err)
	}
	driver := jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return disp.SetHandler("v3_auth_catalog", jumpgate.Methods{"GET": func(r *jumpgate.Request) (any, error) {
			entries, err := gw.CatalogFor(r, "ada", "project-1")
			for _, e := range entries {
				fmt.Println(e.Type, e.Name, e.Endpoints[0].URL)
			}
			return jumpgate.CatalogV3(entries), err
		}})
	})
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: driver, Open: true}},
		Catalog:  catalog,
	})
	if err != nil {
		log.Fatal(err)
	}
	gw.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://cloud/v3/auth/catalog", nil))
	// Output:
	// compute nova http://cloud/compute/v2.1
	// object-store swift https://objects.example.com/v1/AUTH_project-1
}

// What a driver leaves out is known by name.
func ExampleDispatcher_UnusedEndpoints() {
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: cloud{}, Open: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	total := len(jumpgate.Endpoints(jumpgate.Identity))
	unused := gw.Dispatcher(jumpgate.Identity).UnusedEndpoints()
	fmt.Printf("%d of %d endpoints served\n", total-len(unused), total)
	for _, e := range unused[:2] {
		fmt.Println(e.Name, e.Methods, e.Path)
	}
	// Output:
	// 3 of 165 endpoints served
	// versions [GET] /
	// v2_auth_index [GET] /v2.0
}

// URLs are built from names, never from strings.
func ExampleDispatcher_EndpointURL() {
	gw, err := jumpgate.New(jumpgate.Options{
		Services:  map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Driver: cloud{}, Open: true}},
		PublicURL: "https://api.example.com/openstack",
	})
	if err != nil {
		log.Fatal(err)
	}
	disp := gw.Dispatcher(jumpgate.Compute)
	fmt.Println(disp.EndpointURL(nil, "v21_server", "server_id", "a server"))
	_, err = disp.EndpointURL(nil, "v21_server", "server_id", "../flavors")
	fmt.Println(err)
	_, err = disp.EndpointURL(nil, "v21_serverz")
	fmt.Println(err)
	// Output:
	// https://api.example.com/openstack/compute/v2.1/servers/a%20server <nil>
	// jumpgate: URL of v21_server: "../flavors" is no path segment
	// jumpgate: compute has no endpoint "v21_serverz"; did you mean v21_servers, v21_server, v2_servers?
}

// A list made by hand comes in pages: what follows the marker, at most as many
// as the limit says, and a link to the next page.
func ExampleAfter() {
	names := []string{"ada", "ben", "cleo", "dan"}
	list := func(r *jumpgate.Request) (any, error) {
		page, query := names, r.URL.Query()
		if query.Has("marker") {
			var found bool
			if page, found = jumpgate.After(page, query.Get("marker"), func(name string) string { return name }); !found {
				return nil, jumpgate.BadRequest.New("marker [%s] not found", query.Get("marker"))
			}
		}
		page = page[:min(2, len(page))]
		self, err := r.SelfURL()
		if err != nil || len(page) < 2 {
			return jumpgate.Object{{Name: "names", Value: page}}, err
		}
		next := self + "?" + url.Values{"marker": {page[1]}}.Encode()
		return jumpgate.Object{{Name: "names", Value: page}, {Name: "next", Value: next}}, nil
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return disp.SetHandler("v21_os_keypairs", jumpgate.Methods{"GET": list})
		})},
	}})
	if err != nil {
		log.Fatal(err)
	}
	for _, query := range []string{"", "?marker=ben", "?marker=eve"} {
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, httptest.NewRequest("GET", "http://cloud/compute/v2.1/os-keypairs"+query, nil))
		fmt.Println(w.Body)
	}
	// Output:
	// {"names": ["ada", "ben"], "next": "http://cloud/compute/v2.1/os-keypairs?marker=ben"}
	// {"names": ["cleo", "dan"], "next": "http://cloud/compute/v2.1/os-keypairs?marker=dan"}
	// {"badRequest": {"code": 400, "message": "marker [eve] not found"}}
}
