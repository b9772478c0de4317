package compute

import (
	"context"
	"net"
	"net/url"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// ServerConsole opens a VNC console: the page of Options.Console, with the way
// to a websocket of SoftLayer's. Without a page there is nothing that a browser
// could show.
func (d *Servers) ServerConsole(ctx context.Context, id, protocol, kind string) (string, error) {
	if protocol != "vnc" || kind != "novnc" || d.Opts.Console == "" {
		if _, err := guestAs(ctx, d, presenceForm, id); err != nil {
			return "", err
		}
		return "", compute.ConsoleUnavailable(kind)
	}
	if !keep.GUID.MatchString(id) {
		return "", jumpgate.NotFound
	}
	var data struct {
		Host  string `json:"websocketHost"`
		Port  string `json:"websocketPort"`
		Path  string `json:"websocketPath"`
		Token string `json:"websocketToken"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "getConsoleData"}, &data)
	if err := d.explain(ctx, id, 0, err); err != nil {
		return "", err
	}
	if data.Host == "" || data.Token == "" {
		return "", upstream.Unexpected("Virtual_Guest::getConsoleData")
	}
	socket := url.URL{
		Scheme: "wss", Host: net.JoinHostPort(data.Host, data.Port), Path: "/" + trimSlash(data.Path),
		RawQuery: url.Values{"token": {data.Token}}.Encode(),
	}
	page, err := url.Parse(d.Opts.Console)
	if err != nil {
		return "", err
	}
	q := page.Query()
	q.Set("host", data.Host)
	q.Set("port", data.Port)
	q.Set("path", trimSlash(socket.RequestURI()))
	q.Set("encrypt", "1")
	page.RawQuery = q.Encode()
	return page.String(), nil
}

func trimSlash(path string) string {
	for len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	return path
}
