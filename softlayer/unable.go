package softlayer

// UnableActions says why SoftLayer can't do some of Nova's actions.
func (d *Driver) UnableActions() map[string]string {
	const addresses = "an interface has the one address that SoftLayer chose"
	return map[string]string{
		"addFixedIp":          addresses,
		"changePassword":      "SoftLayer has no way into a server: it keeps a record of the password that it made",
		"os-getConsoleOutput": "SoftLayer keeps no log of consoles",
		"removeFixedIp":       addresses,
		"shelve":              "made anew from an image a server would have another id and other addresses",
		"trigger_crash_dump":  "SoftLayer can't interrupt a server so",
	}
}
