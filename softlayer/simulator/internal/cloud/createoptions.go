package cloud

import "strconv"

// createObjectOptions lists what a template of createObject may say, each choice as the piece of template that makes it.
func createObjectOptions(c *call) (any, error) {
	var flavors, processors, memory, systems, datacenters, disks, speeds []any
	for _, p := range c.sim.catalog.presets {
		flavors = append(flavors, fields{
			"flavor": flavorFields(p),
			"template": fields{"id": nil, "supplementalCreateObjectOptions": fields{
				"flavorKeyName": p.str("keyName"),
			}},
		})
	}
	for _, item := range c.sim.catalog.items {
		price := priceFields(item.fields["prices"].([]node)[0].(*record))
		n, _ := parseInt(item.str("capacity"))
		choice := func(template fields) fields { return fields{"itemPrice": price, "template": template} }
		switch item.one("itemCategory").str("categoryCode") {
		case "guest_core":
			processors = append(processors, choice(fields{"id": nil, "startCpus": n}))
		case "ram":
			memory = append(memory, choice(fields{"id": nil, "maxMemory": n * 1024}))
		case "os":
			systems = append(systems, choice(fields{
				"id": nil, "operatingSystemReferenceCode": item.one("softwareDescription").str("referenceCode"),
			}))
		case "guest_disk0":
			disks = append(disks, choice(fields{
				"id": nil, "localDiskFlag": item.str("keyName") == "GUEST_DISK_"+strconv.Itoa(n)+"_GB_LOCAL",
				"blockDevices": []any{fields{"device": "0", "diskImage": fields{"capacity": n}}},
			}))
		case "guest_disk1":
			disks = append(disks, choice(fields{
				"id": nil, "localDiskFlag": false,
				"blockDevices": []any{fields{"device": "2", "diskImage": fields{"capacity": n}}},
			}))
		case "port_speed":
			if item.str("keyName") != "1_GBPS_PRIVATE" {
				speeds = append(speeds, choice(fields{"id": nil, "networkComponents": []any{fields{"maxSpeed": n}}}))
			}
		}
	}
	for _, dc := range c.sim.catalog.datacenters {
		datacenters = append(datacenters, fields{"template": fields{"id": nil, "datacenter": fields{"name": dc.str("name")}}})
	}
	return container(c.sim.schema.byName("Container_Virtual_Guest_Configuration"), fields{
		"flavors": flavors, "processors": processors, "memory": memory, "operatingSystems": systems,
		"blockDevices": disks, "datacenters": datacenters, "networkComponents": speeds,
	}), nil
}

// flavorFields is a preset with what it is made of.
func flavorFields(preset *record) fields {
	f := fields{}
	for _, name := range preset.defaults() {
		f[name] = preset.fields[name]
	}
	f["totalMinimumHourlyFee"] = preset.fields["totalMinimumHourlyFee"]
	f["totalMinimumRecurringFee"] = preset.fields["totalMinimumRecurringFee"]
	var configuration []any
	for _, price := range preset.fields["prices"].([]node) {
		p := priceFields(price.(*record))
		configuration = append(configuration, fields{"category": p["categories"].([]any)[0], "price": p})
	}
	f["configuration"] = configuration
	return f
}
