package cloud

func locationService(name string) *service {
	return &service{
		name: name, typ: "Location_Datacenter",
		find: func(c *call) node {
			if id, ok := parseInt(c.init); ok {
				return found(byID(c.sim.catalog.datacenters, id))
			}
			return found(c.sim.catalog.datacenter(c.init))
		},
		methods: map[string]*method{
			"getObject":      self("Location_Datacenter"),
			"getDatacenters": listed("Location_Datacenter", func(c *call) []node { return nodes(c.sim.catalog.datacenters) }),
		},
	}
}

func podService() *service {
	return &service{
		name: "Network_Pod", typ: "Network_Pod",
		find: func(c *call) node {
			return found(find(c.sim.catalog.pods, func(p *record) bool { return p.str("name") == c.init }))
		},
		methods: map[string]*method{
			"getObject":     self("Network_Pod"),
			"getAllObjects": listed("Network_Pod", func(c *call) []node { return nodes(c.sim.catalog.pods) }),
		},
	}
}

func packageService() *service {
	return &service{
		name: "Product_Package", typ: "Product_Package",
		find: func(c *call) node {
			id, ok := parseInt(c.init)
			if !ok {
				return nil
			}
			return found(c.sim.catalog.pkg(id))
		},
		methods: map[string]*method{
			"getObject":     self("Product_Package"),
			"getAllObjects": listed("Product_Package", func(c *call) []node { return nodes(c.sim.catalog.packages) }),
		},
	}
}

func presetService() *service {
	return &service{
		name: "Product_Package_Preset", typ: "Product_Package_Preset",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.sim.catalog.presets, id))
		},
		methods: map[string]*method{
			"getObject":     self("Product_Package_Preset"),
			"getAllObjects": listed("Product_Package_Preset", func(c *call) []node { return nodes(c.sim.catalog.presets) }),
		},
	}
}
