package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// usage says how to use the server at base, whose users sign in at authURL.
func usage(w io.Writer, base, authURL string, c *config) {
	fmt.Fprintf(w, "Serving OpenStack on %s\n", base)
	if c.simulate {
		fmt.Fprintf(w, "Behind it is a simulated SoftLayer, at %s/softlayer/rest/v3.1\n", base)
	}
	users := c.users()
	switch {
	case authURL == "":
	case users == nil:
		fmt.Fprintf(w, `
  export OS_AUTH_URL=%s OS_IDENTITY_API_VERSION=3
  export OS_USERNAME=... OS_PASSWORD=...    # a SoftLayer user name and its API key
  export OS_USER_DOMAIN_NAME=Default
  openstack server list

`, authURL)
	default:
		user := users[0]
		fmt.Fprintf(w, `
  export OS_AUTH_URL=%s OS_IDENTITY_API_VERSION=3
  export OS_USERNAME=%s OS_PASSWORD=%s OS_USER_DOMAIN_NAME=Default
  export OS_PROJECT_NAME=%s OS_PROJECT_DOMAIN_NAME=Default
  openstack server create --image %s --flavor %s --wait my-server

`, authURL, user.name, user.key, user.project, user.image, user.flavor)
	}
}

// cloudUser is a user with a password, and what servers can be made of.
type cloudUser struct{ cloud, name, key, project, image, flavor string }

// memoryUsers are those of a memory cloud.
var memoryUsers = []cloudUser{
	{"jumpgate", "demo", "secret", "demo", "cirros-tiny", "m1.nano"},
	{"jumpgate-alt", "alt_demo", "secret", "alt_demo", "cirros-tiny", "m1.nano"},
	{"jumpgate-admin", "admin", "secret", "admin", "cirros-tiny", "m1.nano"},
}

// simulatorUsers are the first users of the simulator's two accounts.
func simulatorUsers() []cloudUser {
	accounts := simulator.DemoAccounts()
	users := make([]cloudUser, len(accounts))
	for i, cloud := range []string{"jumpgate", "jumpgate-alt"} {
		users[i] = cloudUser{cloud, accounts[i].Users[0].Name, accounts[i].Users[0].Key, accounts[i].Company, "UBUNTU_22_64", "B1_2X4X25"}
	}
	return users
}

// writeClouds writes a clouds.yaml for users.
func writeClouds(file string, users []cloudUser, authURL, region string) error {
	var b strings.Builder
	b.WriteString("clouds:\n")
	for _, u := range users {
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
