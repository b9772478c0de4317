package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// usage says how to use the server at base, whose users sign in at authURL.
func usage(w io.Writer, base, authURL string, simulated bool) {
	fmt.Fprintf(w, "Serving OpenStack on %s\n", base)
	if simulated {
		fmt.Fprintf(w, "Behind it is a simulated SoftLayer, at %s/softlayer/rest/v3.1\n", base)
	}
	switch user := cloudUsers()[0]; {
	case authURL == "":
	case !simulated:
		fmt.Fprintf(w, `
  export OS_AUTH_URL=%s OS_IDENTITY_API_VERSION=3
  export OS_USERNAME=... OS_PASSWORD=...    # a SoftLayer user name and its API key
  export OS_USER_DOMAIN_NAME=Default
  openstack server list

`, authURL)
	default:
		fmt.Fprintf(w, `
  export OS_AUTH_URL=%s OS_IDENTITY_API_VERSION=3
  export OS_USERNAME=%s OS_PASSWORD=%s OS_USER_DOMAIN_NAME=Default
  export OS_PROJECT_NAME=%s OS_PROJECT_DOMAIN_NAME=Default
  openstack server create --image UBUNTU_22_64 --flavor B1_2X4X25 --wait my-server

`, authURL, user.name, user.key, user.project)
	}
}

// cloudUser is a user of the simulator.
type cloudUser struct{ cloud, name, key, project string }

// cloudUsers are the first users of the simulator's two accounts.
func cloudUsers() []cloudUser {
	accounts := simulator.DemoAccounts()
	users := make([]cloudUser, len(accounts))
	for i, cloud := range []string{"jumpgate", "jumpgate-alt"} {
		users[i] = cloudUser{cloud, accounts[i].Users[0].Name, accounts[i].Users[0].Key, accounts[i].Company}
	}
	return users
}

// writeClouds writes a clouds.yaml for the simulator's users.
func writeClouds(file, authURL, region string) error {
	var b strings.Builder
	b.WriteString("clouds:\n")
	for _, u := range cloudUsers() {
		fmt.Fprintf(&b, `  %s:
    auth:
      auth_url: %s
      username: %s
      password: %s
      user_domain_name: Default
      project_name: %s
      project_domain_name: Default
    region_name: %s
    identity_api_version: 3
`, u.cloud, authURL, u.name, u.key, u.project, region)
	}
	return os.WriteFile(file, []byte(b.String()), 0o600)
}
