package softlayer_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// A Gateway before a simulated SoftLayer. Without Endpoint it is the real one.
func Example() {
	cloud := httptest.NewServer(simulator.New(simulator.Options{}))
	defer cloud.Close()

	driver, err := softlayer.New(softlayer.Options{Endpoint: cloud.URL + "/rest/v3.1", Datacenter: "dal13"})
	if err != nil {
		fmt.Println(err)
		return
	}
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: driver},
			jumpgate.Compute:  {Driver: driver},
			jumpgate.Image:    {Driver: driver},
		},
		PublicURL: "https://cloud.example.com",
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	ask := func(method, path, token, body string) *http.Response {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("X-Auth-Token", token)
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, r)
		return w.Result()
	}
	signIn := ask("POST", "/v3/auth/tokens", "", `{"auth":{"identity":{"methods":["password"],"password":{"user":{
		"name":"`+simulator.DemoUser+`","password":"`+simulator.DemoKey+`","domain":{"id":"default"}}}}}}`)
	servers := ask("GET", "/compute/v2.1/servers", signIn.Header.Get("X-Subject-Token"), "")
	body, _ := io.ReadAll(servers.Body)
	fmt.Println(servers.StatusCode, string(body))
	// Output: 200 {"servers": []}
}
