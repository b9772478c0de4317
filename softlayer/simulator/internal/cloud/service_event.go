package cloud

// maxEvents bounds what an account's event log remembers.
const maxEvents = 1000

func eventService() *service {
	return &service{
		name: "Event_Log", typ: "Event_Log",
		methods: map[string]*method{
			"getAllObjects": listed("Event_Log", func(c *call) []node { return nodes(c.acct.events) }),
			"getAllEventObjectNames": {static: true, run: func(*call) (any, error) {
				return []string{"CCI", "Hardware", "Image", "User"}, nil
			}},
		},
	}
}

// logEvent remembers that the caller did something to a server.
func (c *call) logEvent(name string, g *guest) { c.log(name, "CCI", g.id, g.fqdn()) }

// log remembers that the caller did something to an object.
func (c *call) log(name, typ string, id int, label string) {
	a := c.acct
	if len(a.events) == maxEvents {
		a.events = append([]*record(nil), a.events[maxEvents/10:]...)
	}
	a.events = append(a.events, newRecord("Event_Log", fields{
		"accountId": a.id(), "eventCreateDate": a.now, "eventName": name, "ipAddress": "192.0.2.1", "label": label,
		"metaData": "", "objectId": id, "objectName": typ, "traceId": a.sim.inv.guid()[:13], "userId": c.user.id(),
		"userType": "CUSTOMER", "username": c.user.name, "user": c.user.record,
	}).freeze())
}
