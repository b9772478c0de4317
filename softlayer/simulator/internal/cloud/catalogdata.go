package cloud

import (
	"strconv"
	"strings"
)

// This file is the invented content of the catalogue.

var places = []struct{ name, longName string }{
	{"dal13", "Dallas 13"},
	{"dal10", "Dallas 10"},
	{"wdc07", "Washington 7"},
	{"lon06", "London 6"},
	{"fra05", "Frankfurt 5"},
	{"ams03", "Amsterdam 3"},
	{"tok04", "Tokyo 4"},
	{"syd04", "Sydney 4"},
}

// size is a preset: BL families keep their disk on the host, the others on the network.
type size struct {
	family                string
	cpu, memoryGB, diskGB int
}

func (s size) local() bool { return strings.HasPrefix(s.family, "BL") }

func diskPlace(local bool) string {
	if local {
		return "LOCAL"
	}
	return "SAN"
}

var sizes = []size{
	{"B1", 1, 2, 25}, {"B1", 2, 4, 25}, {"B1", 2, 8, 25}, {"B1", 4, 8, 100}, {"B1", 4, 16, 100}, {"B1", 8, 32, 100},
	{"C1", 1, 1, 25}, {"C1", 2, 2, 25}, {"C1", 4, 4, 25},
	{"M1", 1, 8, 25}, {"M1", 2, 16, 100}, {"M1", 4, 32, 100},
	{"BL2", 2, 4, 100}, {"BL2", 4, 8, 100},
}

// software is what a product of category "os" installs.
type software struct{ code, name, version, manufacturer, user string }

// product is an item with its price.
type product struct {
	category, key, description, capacity, units, hourly, monthly string
	system                                                       software
}

var categoryNames = map[string]string{
	"sov_sec_ip_addresses_pub": "Public Secondary VLAN IP Addresses", "network_vlan": "Network Vlan",
	"sov_sec_ip_addresses_priv": "Private Secondary VLAN IP Addresses", "global_ipv4": "Global IPv4",
	"guest_core": "Computing Instance", "ram": "RAM", "guest_disk0": "First Disk", "guest_disk1": "Second Disk",
	"os": "Operating System", "port_speed": "Uplink Port Speeds", "bandwidth": "Public Bandwidth",
	"pri_ip_addresses": "Primary IP Addresses", "pri_ipv6_addresses": "Primary IPv6 Addresses",
	"monitoring": "Monitoring", "notification": "Notification", "response": "Response",
	"remote_management": "Remote Management", "storage_as_a_service": "Storage As A Service", "storage_block": "Block Storage",
	"performance_storage_space": "Storage Space", "storage_tier_level": "Storage Tier Level",
	"performance_storage_iops": "Performance Storage IOPs", "storage_snapshot_space": "Storage Snapshot Space",
}

func os(code, name, version, manufacturer, user, hourly, monthly string) product {
	return product{
		category: "os", key: "OS_" + strings.ReplaceAll(code, "-", "_"), description: name + " " + version + " (64 bit)",
		capacity: "0", units: "N/A", hourly: hourly, monthly: monthly, system: software{code, name, version, manufacturer, user},
	}
}

func plain(category, key, description, capacity, units, hourly, monthly string) product {
	return product{category, key, description, capacity, units, hourly, monthly, software{}}
}

var products = func() []product {
	list := []product{
		os("CENTOS_7_64", "CentOS", "7.0-64 Minimal for VSI", "CentOS", "root", "0", "0"),
		os("DEBIAN_11_64", "Debian", "11.0.0-64 Minimal for VSI", "Debian", "root", "0", "0"),
		os("DEBIAN_12_64", "Debian", "12.0.0-64 Minimal for VSI", "Debian", "root", "0", "0"),
		os("REDHAT_8_64", "Redhat EL", "8.0-64 Minimal for VSI", "Redhat", "root", ".06", "38"),
		os("REDHAT_9_64", "Redhat EL", "9.0-64 Minimal for VSI", "Redhat", "root", ".06", "38"),
		os("ROCKYLINUX_8_64", "Rocky Linux", "8.0-64 Minimal for VSI", "Rocky", "root", "0", "0"),
		os("ROCKYLINUX_9_64", "Rocky Linux", "9.0-64 Minimal for VSI", "Rocky", "root", "0", "0"),
		os("UBUNTU_20_64", "Ubuntu", "20.04-64 Minimal for VSI", "Ubuntu", "root", "0", "0"),
		os("UBUNTU_22_64", "Ubuntu", "22.04-64 Minimal for VSI", "Ubuntu", "root", "0", "0"),
		os("UBUNTU_24_64", "Ubuntu", "24.04-64 Minimal for VSI", "Ubuntu", "root", "0", "0"),
		os("WIN_2019-STD_64", "Windows Server", "2019 Standard", "Microsoft", "Administrator", ".04", "24"),
		os("WIN_2022-STD_64", "Windows Server", "2022 Standard", "Microsoft", "Administrator", ".04", "24"),
		plain("port_speed", "100_MBPS_PUBLIC_PRIVATE", "100 Mbps Public & Private Network Uplinks", "100", "Mbps", "0", "0"),
		plain("port_speed", "1_GBPS_PUBLIC_PRIVATE", "1 Gbps Public & Private Network Uplinks", "1000", "Mbps", ".014", "9"),
		plain("port_speed", "1_GBPS_PRIVATE", "1 Gbps Private Network Uplink", "1000", "Mbps", ".007", "4.5"),
		plain("bandwidth", "BANDWIDTH_0_GB", "0 GB Bandwidth Allotment", "0", "GB", "0", "0"),
		plain("pri_ip_addresses", "1_IP_ADDRESS", "1 IP Address", "1", "N/A", "0", "0"),
		plain("pri_ipv6_addresses", "1_IPV6_ADDRESS", "1 IPv6 Address", "1", "N/A", ".003", "2"),
		plain("monitoring", "MONITORING_HOST_PING", "Host Ping", "0", "N/A", "0", "0"),
		plain("notification", "NOTIFICATION_EMAIL", "Email", "0", "N/A", "0", "0"),
		plain("response", "RESPONSE_AUTOMATED", "Automated Notification", "0", "N/A", "0", "0"),
		plain("remote_management", "REMOTE_REBOOT_CONSOLE", "Remote Console", "0", "N/A", "0", "0"),
	}
	for _, n := range []int{1, 2, 4, 8} {
		s := strconv.Itoa(n)
		list = append(list, plain("guest_core", "GUEST_CORE_"+s, s+" x 2.0 GHz or higher Cores", s, "CORE",
			money(.018*float64(n)), money(11*float64(n))))
	}
	for _, n := range []int{1, 2, 4, 8, 16, 32} {
		s := strconv.Itoa(n)
		list = append(list, plain("ram", "RAM_"+s+"_GB", s+" GB", s, "GB", money(.0095*float64(n)), money(6*float64(n))))
	}
	for _, n := range []int{25, 100} {
		s := strconv.Itoa(n)
		list = append(list,
			plain("guest_disk0", "GUEST_DISK_"+s+"_GB_SAN", s+" GB (SAN)", s, "GB", money(.0002*float64(n)), money(.125*float64(n))),
			plain("guest_disk0", "GUEST_DISK_"+s+"_GB_LOCAL", s+" GB (LOCAL)", s, "GB", money(.0001*float64(n)), money(.0625*float64(n))))
	}
	for _, n := range []int{10, 20, 25, 50, 100} {
		s := strconv.Itoa(n)
		list = append(list, plain("guest_disk1", "GUEST_DISK_1_"+s+"_GB_SAN", s+" GB (SAN)", s, "GB",
			money(.0002*float64(n)), money(.125*float64(n))))
	}
	return list
}()

var publicImages = []struct {
	name, system string
	diskGB       int
}{
	{"Ubuntu 22.04 cloud base", "UBUNTU_22_64", 25},
	{"Debian 12 cloud base", "DEBIAN_12_64", 25},
	{"Rocky Linux 9 cloud base", "ROCKYLINUX_9_64", 25},
	{"Windows Server 2022 base", "WIN_2022-STD_64", 100},
}

// money writes an amount as the API does: a string without needless digits, ".035" and not "0.035".
func money(f float64) string {
	s := strconv.FormatFloat(f, 'f', 4, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "" || s == "0" {
		return "0"
	}
	return strings.TrimPrefix(s, "0")
}

func fee(price *record, name string) float64 {
	f, _ := strconv.ParseFloat(price.str(name), 64)
	return f
}
