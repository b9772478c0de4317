package jumpgatetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Env returns the environment in which OpenStack's clients sign in as a user:
// OS_AUTH_URL and its siblings, each as "NAME=value", as os/exec takes them.
func (c *Cloud) Env(user string) []string {
	c.t.Helper()
	var env []string
	for name, value := range c.variables(user) {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

// Setenv sets the variables of Env for the test.
func (c *Cloud) Setenv(user string) {
	c.t.Helper()
	for name, value := range c.variables(user) {
		c.t.Setenv(name, value)
	}
}

func (c *Cloud) variables(user string) map[string]string {
	c.t.Helper()
	u := c.User(user)
	return map[string]string{
		"OS_AUTH_URL":             c.AuthURL,
		"OS_IDENTITY_API_VERSION": "3",
		"OS_USERNAME":             u.Name,
		"OS_PASSWORD":             u.Password,
		"OS_USER_DOMAIN_NAME":     "Default",
		"OS_DOMAIN_NAME":          "Default", // gophercloud reads no other
		"OS_PROJECT_NAME":         u.ProjectName,
		"OS_PROJECT_DOMAIN_NAME":  "Default",
		"OS_REGION_NAME":          Region,
	}
}

// CloudsYAML writes a clouds.yaml into a directory of the test and returns its
// path. The file has a cloud for each user, named like the user. Clients find
// it through OS_CLIENT_CONFIG_FILE.
func (c *Cloud) CloudsYAML() string {
	c.t.Helper()
	var b strings.Builder
	b.WriteString("clouds:\n")
	for _, u := range c.Users {
		fmt.Fprintf(&b, `  %q:
    auth:
      auth_url: %q
      username: %q
      password: %q
      user_domain_name: Default
      project_name: %q
      project_domain_name: Default
    region_name: %q
    identity_api_version: 3
`, u.Name, c.AuthURL, u.Name, u.Password, u.ProjectName, Region)
	}
	file := filepath.Join(c.t.TempDir(), "clouds.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		c.t.Fatal("jumpgatetest: ", err)
	}
	return file
}
