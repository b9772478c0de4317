package memory_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
)

// A whole cloud in a process. Any OpenStack client signs in there as demo, whose
// password is "secret".
func Example() {
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		log.Fatal(err)
	}
	services := make(map[jumpgate.Service]jumpgate.ServiceOptions)
	for s := range cloud.Services() {
		services[s] = jumpgate.ServiceOptions{Driver: cloud}
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: services})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(gw)
	defer server.Close()
	resp, err := http.Post(server.URL+"/v3/auth/tokens", "application/json", strings.NewReader(`{"auth": {"identity": {"methods": ["password"],
		"password": {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}}}}}`))
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(resp.Status)
	// Output:
	// 201 Created
}
