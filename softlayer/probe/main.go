// Command probe asks a real SoftLayer whether what the driver believes of it
// holds. It only reads. It needs a user's name and API key:
//
//	SL_USERNAME=me SL_API_KEY=... go run ./softlayer/probe
//
// It prints a line for each fact of facts.tsv: holds, does NOT hold, can't tell (an
// account without servers tells little), or no probe.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

//go:embed facts.tsv
var factsTable string

// fact is something that the driver and the simulator believe.
type fact struct {
	number                  int
	text, sure              string
	inDriver, intoSimulator string // files, below softlayer and softlayer/simulator/internal/cloud
}

func facts() (list []fact) {
	for line := range strings.Lines(factsTable) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 5 {
			continue
		}
		n, _ := strconv.Atoi(columns[0])
		list = append(list, fact{n, columns[1], columns[2], columns[3], columns[4]})
	}
	return list
}

func main() {
	endpoint := flag.String("endpoint", softlayer.DefaultEndpoint, "`URL` of SoftLayer's REST API")
	flag.Parse()
	user, key := os.Getenv("SL_USERNAME"), os.Getenv("SL_API_KEY")
	if user == "" || key == "" {
		fmt.Fprintln(os.Stderr, "probe: SL_USERNAME and SL_API_KEY are not set")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if !probe(ctx, os.Stdout, *endpoint, upstream.Credential{User: user, Key: key}) {
		os.Exit(1)
	}
}

// errUnknown is what a probe returns that can't tell, for want of things to
// look at.
var errUnknown = errors.New("can't tell")

// probe prints what holds, and returns false if something does not.
func probe(ctx context.Context, w io.Writer, endpoint string, cred upstream.Credential) bool {
	cloud := &cloud{api: upstream.New(endpoint, 30*time.Second, nil), cred: cred}
	all := true
	for _, f := range facts() {
		verdict := "no probe"
		if ask := probes[f.number]; ask != nil {
			switch err := ask(ctx, cloud); {
			case err == nil:
				verdict = "holds"
			case errors.Is(err, errUnknown):
				verdict = "can't tell"
			default:
				verdict, all = "does NOT hold: "+err.Error(), false
			}
		}
		fmt.Fprintf(w, "%2d %-10s %s [%s]\n", f.number, f.sure, f.text, verdict)
	}
	return all
}
