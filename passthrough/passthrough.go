package passthrough

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/softlayer/jumpgate"
)

// Driver is a jumpgate.Driver for every service. It is safe for concurrent
// use and may serve several Gateways.
type Driver struct {
	opts      Options
	transport http.RoundTripper
	passages  sync.Pool // of *passage
	via       string    // names this driver in the Via header
	cloud     *session
	accounts  map[string]*session // by local project; nil: clients bring their own tokens
	given     *places             // what Options say
	found     atomic.Pointer[places]
	finding   flight[struct{}, *places]
	shadows   chan struct{} // a slot for each question to a shadow
}

// New returns a Driver. It makes no network call: upstream may be down while a
// program starts. The error names all mistakes in opts.
func New(opts Options) (*Driver, error) {
	opts = opts.withDefaults()
	given, err := newPlaces(opts)
	if err := errors.Join(err, opts.validate()); err != nil {
		return nil, err
	}
	d := &Driver{
		opts:      opts,
		transport: newTransport(opts, opts.TLS),
		via:       newVia(),
		passages:  sync.Pool{New: func() any { return newPassage(opts.Timeouts.Stall) }},
		given:     given,
		shadows:   make(chan struct{}, maxShadows),
	}
	if opts.Cloud != nil {
		d.cloud = newSession(opts, *opts.Cloud)
	}
	if opts.Accounts != nil {
		d.accounts = make(map[string]*session, len(opts.Accounts))
		for project, cloud := range opts.Accounts {
			d.accounts[project] = newSession(opts, cloud)
		}
	}
	return d, nil
}

// SetupRoutes implements jumpgate.Driver. Unless Options.Modes says otherwise
// it takes the endpoints without a driver and the paths that the registry does
// not know.
func (d *Driver) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	s := disp.Service()
	if d.given.roots[s] == nil && d.cloud == nil {
		return fmt.Errorf("passthrough: no address of %s: set Options.Endpoints or Options.Cloud", s)
	}
	if s == jumpgate.Identity && d.accounts != nil {
		return errors.New("passthrough: identity can't be passed through with Options.Accounts: clients would get no token")
	}
	f := &forwarder{d: d, service: s, whole: true}
	set := &setup{d: d, disp: disp, pass: jumpgate.Forwarder{Handler: f}}
	for _, names := range samePath(jumpgate.Endpoints(s)) {
		mode, err := set.apply(names)
		if err != nil {
			return err
		}
		f.whole = f.whole && mode == Pass
	}
	switch d.opts.Modes.mode(s, "") {
	case Deny:
		disp.SetFallback(deny)
	case Own, Off:
	default:
		disp.SetFallback(set.pass)
	}
	return nil
}

// setup gives the endpoints of one service their handlers.
type setup struct {
	d    *Driver
	disp *jumpgate.Dispatcher
	pass http.Handler
}

// apply sets the handler of one path, which may have several names, and tells
// which mode it was given.
func (s *setup) apply(names []string) (Mode, error) {
	var own http.Handler
	for _, name := range names {
		if own == nil {
			own = s.disp.Handler(name)
		}
	}
	mode := s.d.opts.Modes.mode(s.disp.Service(), names...)
	switch {
	case mode == "" && own == nil, mode == Shadow && own == nil:
		mode = Pass
	case mode == "":
		mode = Own
	}
	if mode == Own {
		return mode, nil
	}
	for _, name := range names {
		if err := s.disp.SetHandler(name, nil); err != nil {
			return mode, err
		}
	}
	handlers := map[Mode]http.Handler{
		Pass:   s.pass,
		Deny:   deny,
		Shadow: jumpgate.Forwarder{Handler: &shadowed{d: s.d, upstream: s.pass, own: own}},
	}
	if h := handlers[mode]; h != nil {
		return mode, s.disp.SetHandler(names[0], h)
	}
	return mode, nil
}

var deny = jumpgate.Forwarder{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
	jumpgate.WriteError(w, req, jumpgate.Forbidden)
})}

var pathVariable = regexp.MustCompile(`\{[^}]*\}`)

// samePath groups the names of endpoints that are one path: some have two
// names, and a mode for one of them is meant for the path.
func samePath(endpoints []jumpgate.Endpoint) [][]string {
	var groups [][]string
	index := make(map[string]int)
	for _, e := range endpoints {
		shape := pathVariable.ReplaceAllString(strings.TrimSuffix(e.Path, "/"), "*")
		i, ok := index[shape]
		if !ok {
			i = len(groups)
			index[shape] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e.Name)
	}
	return groups
}
