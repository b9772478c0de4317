package jumpgate_test

import (
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/softlayer/jumpgate"
)

// A service that the library does not know is one like the others.
func ExampleDefinition() {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		dns: {Driver: jumpgate.DriverFunc(zones), Definition: designate(), Open: true},
	}})
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range []string{"/v2/zones/example.org", "/v2/zones"} {
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, httptest.NewRequest("GET", "http://cloud/dns"+path, nil))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"id": "example.org", "self": "http://cloud/dns/v2/zones/example.org"}
	// 501 {"error": {"code": 501, "message": "Endpoint zones of dns is not implemented here.", "title": "Not Implemented"}}
}
