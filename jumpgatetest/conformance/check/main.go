// Command check runs the conformance suite against any cloud, and reports each
// test as `go test -v` does. It wants two users of the domain Default, with a
// project each, which the tests leave as they found them: the one of the usual
// environment, and another one.
//
//	export OS_AUTH_URL=http://127.0.0.1:5000/v3
//	export OS_USERNAME=demo OS_PASSWORD=secret OS_PROJECT_NAME=demo
//	export OTHER_USERNAME=alt_demo OTHER_PASSWORD=secret OTHER_PROJECT_NAME=alt_demo
//	go run ./jumpgatetest/conformance/check
//
// OS_PROJECT_ID and OTHER_PROJECT_ID are taken, too. It exits with 1 if a test
// fails.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
)

func main() {
	testing.Init()
	h := conformance.Harness{AuthURL: os.Getenv("OS_AUTH_URL"), Region: os.Getenv("OS_REGION_NAME"), Users: [2]conformance.User{user("OS_"), user("OTHER_")}}
	only := flag.String("run", "", "run only the tests that match a `pattern`, as go test -run does")
	flag.StringVar(&h.ImageID, "image", "", "`id` of the image of servers; default: the first")
	flag.StringVar(&h.FlavorID, "flavor", "", "`id` of the flavor of servers; default: the first")
	flag.IntVar(&h.VolumeSize, "volume-size", 1, "`GiB` of a volume")
	flag.DurationVar(&h.Pause, "pause", 2*time.Second, "how long to wait between two looks at what is under way")
	flag.DurationVar(&h.Patience, "patience", 15*time.Minute, "how long to wait in all")
	flag.Parse()
	if h.AuthURL == "" || h.Users[0].Name == "" || h.Users[1].Name == "" {
		fmt.Fprintln(os.Stderr, "check: set OS_AUTH_URL, OS_USERNAME and OTHER_USERNAME, with their passwords and projects")
		os.Exit(2)
	}
	for name, value := range map[string]string{"test.v": "true", "test.run": "^cloud$/" + *only} {
		if err := flag.Set(name, value); err != nil {
			panic(err) // testing has these flags
		}
	}
	match := func(pattern, name string) (bool, error) {
		re, err := regexp.Compile(pattern)
		return err == nil && re.MatchString(name), err
	}
	testing.Main(match, []testing.InternalTest{{Name: "cloud", F: func(t *testing.T) { conformance.Run(t, h) }}}, nil, nil)
}

// user is the one of the environment whose variables have that prefix.
func user(prefix string) conformance.User {
	return conformance.User{
		Name: os.Getenv(prefix + "USERNAME"), Password: os.Getenv(prefix + "PASSWORD"),
		ProjectID: os.Getenv(prefix + "PROJECT_ID"), ProjectName: os.Getenv(prefix + "PROJECT_NAME"),
	}
}
