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
		usageFor(w, cloudUser{name: "...", key: "...", image: "IMAGE", flavor: "FLAVOR"}, authURL, c.region())
		fmt.Fprint(w, "The user name and its API key are SoftLayer's.\n\n")
	default:
		usageFor(w, users[0], authURL, c.region())
	}
}

// usageFor says what the openstack command, gophercloud and Terraform need.
// OS_DOMAIN_NAME is for gophercloud's AuthOptionsFromEnv, which does not know
// the domains of users and projects apart. It is quiet about a project that
// is not known.
func usageFor(w io.Writer, user cloudUser, authURL, region string) {
	project, tenant := "", ""
	if user.project != "" {
		project = fmt.Sprintf("\n  export OS_PROJECT_NAME=%s OS_PROJECT_DOMAIN_NAME=Default", user.project)
		tenant = fmt.Sprintf("\n    tenant_name      = %q", user.project)
	}
	fmt.Fprintf(w, `
The openstack command, and Go programs with gophercloud's AuthOptionsFromEnv:

  export OS_AUTH_URL=%[1]s OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=%[2]s
  export OS_USERNAME=%[3]s OS_PASSWORD=%[4]s OS_USER_DOMAIN_NAME=Default OS_DOMAIN_NAME=Default%[5]s
  openstack server create --image %[6]s --flavor %[7]s --wait my-server

Terraform, with the provider terraform-provider-openstack/openstack:

  provider "openstack" {
    auth_url         = %[1]q
    region           = %[2]q
    user_name        = %[3]q
    password         = %[4]q
    user_domain_name = "Default"%[8]s
  }

`, authURL, region, user.name, user.key, project, user.image, user.flavor, tenant)
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

// cloudsMark begins the files that writeClouds writes, and may write again.
const cloudsMark = "# written by simple -clouds\n"

// writeClouds writes a clouds.yaml for users. It spares one that somebody else
// wrote.
func writeClouds(file string, users []cloudUser, authURL, region string) error {
	if text, err := os.ReadFile(file); err == nil && !strings.HasPrefix(string(text), cloudsMark) {
		return fmt.Errorf("-clouds: %s is there, and not from here", file)
	}
	var b strings.Builder
	b.WriteString(cloudsMark + "clouds:\n")
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
