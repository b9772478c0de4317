package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// softlayerHas is what SoftLayer itself says that there is to pay for.
type softlayerHas struct {
	guests   map[string][]string // ids of those that are there, by host name
	ordered  map[string]int      // how many there ever were, by host name
	upgrades map[string]int      // how many were ordered, by the number of the guest's id
	groups   map[string][]string // the numbers of groups of all kinds, by name
	volumes  map[string]bool     // by the numbers of their orders
	ips      map[string]bool     // by their numbers
}

func ask(ctx context.Context, endpoint, path, mask string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/"+path+"?objectMask="+url.QueryEscape(mask), nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(simulator.DemoUser, simulator.DemoKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func readSoftLayer(ctx context.Context, endpoint string) (*softlayerHas, error) {
	var guests []struct {
		Hostname string `json:"hostname"`
		ID       string `json:"globalIdentifier"`
		Doing    *struct {
			Status struct{ Name string } `json:"transactionStatus"`
		} `json:"activeTransaction"`
	}
	type bill struct {
		OrderItem struct {
			Order struct{ ID int } `json:"order"`
		} `json:"orderItem"`
	}
	var volumes []struct {
		Bill *bill `json:"billingItem"`
	}
	var ips []struct {
		ID   int
		Bill *bill `json:"billingItem"`
	}
	for _, err := range []error{
		ask(ctx, endpoint, "SoftLayer_Account/getVirtualGuests.json", "mask[hostname,globalIdentifier,activeTransaction.transactionStatus.name]", &guests),
		ask(ctx, endpoint, "SoftLayer_Account/getIscsiNetworkStorage.json", "mask[id,billingItem[id,orderItem[id,order.id]]]", &volumes),
		ask(ctx, endpoint, "SoftLayer_Account/getGlobalIpRecords.json", "mask[id,billingItem[id,orderItem[id,order.id]]]", &ips),
	} {
		if err != nil {
			return nil, err
		}
	}
	has := &softlayerHas{
		guests: make(map[string][]string), ordered: make(map[string]int), volumes: make(map[string]bool), ips: make(map[string]bool),
	}
	if err := has.readGroups(ctx, endpoint); err != nil {
		return nil, err
	}
	for _, g := range guests {
		if has.ordered[g.Hostname]++; g.Doing == nil || !strings.Contains(g.Doing.Status.Name, "RECLAIM") {
			has.guests[g.Hostname] = append(has.guests[g.Hostname], strings.ToLower(g.ID))
		}
	}
	for _, v := range volumes {
		if v.Bill != nil {
			has.volumes[number(v.Bill.OrderItem.Order.ID)] = true
		}
	}
	for _, ip := range ips {
		if ip.Bill != nil {
			has.ips[number(ip.ID)] = true
		}
	}
	return has, nil
}

// number is a number as ids end with it.
func number(n int) string { return fmt.Sprintf("%012d", n) }

// ending is the number in an id.
func ending(id string) string { return id[strings.LastIndexByte(id, '-')+1:] }

// report is what is wrong.
type report struct{ lost, twice, untold, billed []string }

func (r *report) String() string {
	return fmt.Sprintf("lost %d %v, twice %d %v, untold %d %v, billed %d %v",
		len(r.lost), r.lost, len(r.twice), r.twice, len(r.untold), r.untold, len(r.billed), r.billed)
}

func (r *report) clean() bool { return len(r.lost)+len(r.twice)+len(r.untold)+len(r.billed) == 0 }

// settling is how long the gateway may take to finish what is left.
const settling = 45 * time.Second

// count compares until all is right, or for as long as that may take. Looking
// at things is part of it: who sees what is left to do goes on with it.
func (w *world) count(ctx context.Context, softlayer string) error {
	var r *report
	for deadline := time.Now().Add(settling); ; time.Sleep(500 * time.Millisecond) {
		has, err := readSoftLayer(ctx, softlayer)
		if err != nil {
			return err
		}
		if r, err = w.compare(ctx, has); err != nil {
			return err
		}
		if r.clean() || time.Now().After(deadline) {
			break
		}
	}
	made := make(map[outcome]int)
	deleted := 0
	for _, t := range slices.Concat(w.servers, w.volumes, w.ips, w.groups, w.resizes) {
		if made[t.outcome]++; t.deleted {
			deleted++
		}
	}
	log.Printf("%d told, %d refused, %d unknown; %d deleted; %v", made[told], made[refused], made[unknown], deleted, r)
	if !r.clean() {
		return fmt.Errorf("%v", r)
	}
	return nil
}

type named struct {
	ID, Name, Status string
	IP               string
}

func (w *world) compare(ctx context.Context, has *softlayerHas) (*report, error) {
	var list struct {
		Servers, Volumes []named
		IPs              []named `json:"floating_ips"`
	}
	for _, path := range []string{compute + "/servers/detail", volume + "/volumes/detail", compute + "/os-floating-ips"} {
		if _, err := w.insist(ctx, http.MethodGet, path, &list, http.StatusOK); err != nil {
			return nil, err
		}
	}
	r := new(report)
	w.compareServers(has, list.Servers, r)
	w.compareVolumes(has, list.Volumes, r)
	w.compareIPs(has, list.IPs, r)
	w.compareGroups(has, r)
	w.compareResizes(has, r)
	return r, nil
}

func (w *world) compareServers(has *softlayerHas, list []named, r *report) {
	listed := make(map[string]string)
	for _, s := range list {
		listed[s.ID] = s.Name
	}
	for _, t := range w.servers {
		there := has.guests[t.name]
		for _, id := range there {
			switch {
			case listed[id] != t.name, t.outcome == refused:
				r.untold = append(r.untold, t.name)
			case t.deleted:
				r.billed = append(r.billed, t.name)
			}
		}
		if has.ordered[t.name] > 1 {
			r.twice = append(r.twice, t.name)
		}
		if t.outcome == told && !t.deleted && len(there) == 0 {
			r.lost = append(r.lost, t.name)
		}
	}
}

func (w *world) compareVolumes(has *softlayerHas, list []named, r *report) {
	byNumber, times := make(map[string]string), make(map[string]int)
	for _, v := range list {
		byNumber[ending(v.ID)] = v.Name
		times[v.Name]++
	}
	ours := make(map[string]*thing)
	status := make(map[string]string)
	for _, v := range list {
		status[v.Name] = v.Status
	}
	for _, t := range w.servers {
		if !t.along {
			continue
		}
		for _, id := range append(has.guests[t.name], t.id) {
			name := id + "-blank-vol"
			ours[name] = &thing{name: name, outcome: unknown, deleted: t.deleted && t.goes}
			if times[name] > 1 {
				r.twice = append(r.twice, name)
			}
		}
		if name := t.id + "-blank-vol"; t.outcome == told && !t.deleted && status[name] != "in-use" {
			r.lost = append(r.lost, name)
		}
	}
	for _, t := range w.volumes {
		ours[t.name] = t
		if t.outcome == told && !t.deleted && !t.perhaps && !has.volumes[ending(t.id)] {
			r.lost = append(r.lost, t.name)
		}
		if times[t.name] > 1 {
			r.twice = append(r.twice, t.name)
		}
	}
	for n := range has.volumes {
		switch t := ours[byNumber[n]]; {
		case t == nil || t.outcome == refused:
			r.untold = append(r.untold, "volume "+n)
		case t.outcome == told && ending(t.id) != n:
			r.untold = append(r.untold, t.name+" as another")
		case t.deleted:
			r.billed = append(r.billed, t.name)
		}
	}
}

// compareIPs compares numbers: addresses have no names.
func (w *world) compareIPs(has *softlayerHas, list []named, r *report) {
	listed := make(map[string]bool)
	for _, ip := range list {
		listed[ending(ip.ID)] = true
	}
	wanted, open := make(map[string]bool), 0
	for _, t := range w.ips {
		switch t.outcome {
		case told:
			if n := ending(t.id); !has.ips[n] || wanted[n] {
				r.lost = append(r.lost, "address "+n)
			} else {
				wanted[n] = true
			}
		case unknown:
			open++
		}
	}
	for n := range has.ips {
		if !listed[n] {
			r.untold = append(r.untold, "address "+n)
		}
		if !wanted[n] {
			open--
		}
	}
	if open < 0 {
		r.twice = append(r.twice, fmt.Sprintf("%d addresses", -open))
	}
}
