package compute

// endOfVolumesBoot is the minor version from which the endpoints are gone.
const endOfVolumesBoot = 103

// volumesBoot repeats the endpoints of servers under the name that they once
// had for servers which boot from a volume. It comes last in resources.
func volumesBoot(_ *service, _ any, t *table) {
	for _, version := range []string{"v2_", "v21_"} {
		for alias, name := range map[string]string{
			"os_volumes_boot": "servers", "os_volumes_boot_detail": "servers_detail",
			"os_volumes_boot_single": "server", "os_volumes_boot_action": "server_action",
		} {
			for method, h := range t.Handlers(version + name) {
				t.One(method, version+alias, before(endOfVolumesBoot, h))
				if reason := t.Reason(method, version+name); reason != "" {
					t.Explain(method, version+alias, reason)
				}
			}
		}
	}
}
