// Package compute speaks Nova's API, versions 2.1 with microversions and 2.0,
// for drivers that only know servers, flavors and key pairs.
//
// Register gives a Dispatcher handlers for everything a driver can do. The
// interfaces that a driver implements, one for each operation, tell what it can
// do. The package parses and validates requests, filters, sorts and pages lists,
// shapes answers for the microversion asked for, and words faults as Nova does.
// Endpoints are called as jumpgate.Endpoints has them, without v2_ or v21_. An
// interface that is "only beside another interface" serves nothing alone: it adds
// to what the other serves, and its comment says what.
//
// All calls of a driver act for jumpgate.PrincipalFrom(ctx), and MUST NOT show or
// touch what that principal may not see: to it such a thing does not exist. An id
// that does not exist is a bare jumpgate.NotFound. Before a driver acts on a
// server that it has read it SHOULD ask MayDo, which knows in which states Nova
// allows the action; one that does not MUST return a *StateError of its own. What
// is done to a locked server is refused with StateError.Locked, to its owner too.
// Other errors have a jumpgate.Kind and a public message, or are taken for
// defects. Waiting for a server to reach a state is the client's business: a
// driver MUST return when the cloud has accepted.
//
// The interfaces, and what each serves:
//
//	ServerLister             GET extension, GET extensions, GET os_volumes_boot, GET os_volumes_boot_detail, GET servers, GET servers_detail
//	ServerGetter             DELETE index, DELETE server_os_server_password, DELETE server_share, GET index, GET os_volumes_boot_single, GET server, GET server_ips, GET server_ips_network, GET server_metadata, GET server_metadata_key, GET server_os_server_password, GET server_share, GET server_shares, GET server_tag, GET server_tags, GET server_topology, HEAD index, OPTIONS index, PATCH index, POST index, PUT index
//	ServerCreator            POST os_volumes_boot, POST servers
//	ActionLister             GET os_instance_action, GET os_instance_actions
//	FlavorGetter             (only beside another interface)
//	FlavorLister             GET flavor, GET flavor_os_flavor_access, GET flavors, GET flavors_detail, GET os_extra_specs_flavor, GET os_extra_specs_flavor_key
//	FloatingIPAllocator      (only beside another interface)
//	FloatingIPAssociator     (only beside another interface)
//	FloatingIPLister         (only beside another interface)
//	HypervisorLister         GET os_aggregates, GET os_hosts, GET os_hypervisor, GET os_hypervisor_search, GET os_hypervisor_servers, GET os_hypervisor_uptime, GET os_hypervisors, GET os_hypervisors_detail, GET os_hypervisors_statistics, GET os_services
//	KeypairCreator           POST os_keypairs
//	KeypairDeleter           DELETE os_keypair
//	KeypairLister            GET os_keypair, GET os_keypairs
//	LimitsGetter             GET limits, GET os_quota_set_detail, GET os_quota_sets_target, GET os_quota_sets_target_defaults
//	NetworkLister            GET os_floating_ip_pools, GET os_floating_ips, GET os_network, GET os_networks, GET os_tenant_network, GET os_tenant_networks
//	QuotaGetter              (only beside another interface)
//	SecurityGroupEditor      (only beside another interface)
//	SecurityGroupLister      GET os_security_group, GET os_security_groups, GET os_server_security_groups
//	AllSecurityGroupLister   (only beside another interface)
//	SecurityGroupRuler       (only beside another interface)
//	ServerAddresser          action addFixedIp, action removeFixedIp
//	ServerBackuper           action createBackup
//	ServerConsoleReader      action os-getConsoleOutput
//	ServerConsoler           POST server_remote_consoles, action os-getRDPConsole, action os-getSPICEConsole, action os-getSerialConsole, action os-getVNCConsole
//	ConsoleFinder            GET os_console_auth_token
//	ServerCrasher            action trigger_crash_dump
//	ServerDeleter            DELETE os_volumes_boot_single, DELETE server, action forceDelete
//	ServerGroupCreator       POST os_server_groups
//	ServerGroupDeleter       DELETE os_server_group
//	ServerGroupLister        GET os_server_group, GET os_server_groups
//	ServerImager             action createImage
//	ServerInterfaceAttacher  DELETE server_os_interface_single, POST server_os_interface
//	ServerInterfaceLister    GET server_os_interface, GET server_os_interface_single
//	ServerLocker             action lock, action unlock
//	ServerMarker             (only beside another interface)
//	ServerMetadataChanger    DELETE server_metadata_key, POST server_metadata, PUT server_metadata, PUT server_metadata_key
//	ServerPasswordChanger    action changePassword
//	ServerPauser             action pause, action unpause
//	ServerRebooter           action reboot
//	ServerRebuilder          action rebuild
//	ServerRescuer            action rescue, action unrescue
//	ServerResizer            action confirmResize, action resize, action revertResize
//	ServerSecurityGrouper    action addSecurityGroup, action removeSecurityGroup
//	ServerShelver            action shelve, action unshelve
//	ServerStarter            action os-start
//	ServerStopper            action os-stop
//	ServerSuspender          action resume, action suspend
//	ServerTagger             DELETE server_tag, DELETE server_tags, PUT server_tag, PUT server_tags
//	ServerUpdater            PUT os_volumes_boot_single, PUT server
//	ServerVolumeAttacher     DELETE os_volume_attachments_detail, POST os_volume_attachments
//	ServerVolumeChanger      (only beside another interface)
//	ServerVolumeLister       GET os_volume_attachments, GET os_volume_attachments_detail
//	ServerVolumeSwapper      (only beside another interface)
//	UnableExplainer          (only beside another interface)
//	UsageLister              GET tenant_usage
//	ZoneLister               GET availability_zone
//	AggregateKeeper          (only beside another interface)
//	AllUsageLister           (only beside another interface)
//	ExternalEventTaker       POST os_server_external_events
//	FlavorAccessKeeper       (only beside another interface)
//	FlavorEditor             (only beside another interface)
//	MigrationEnder           (only beside another interface)
//	MigrationLister          GET os_migrations, GET server_migration, GET server_migrations
//	QuotaKeeper              DELETE os_quota_sets_target, GET os_quota_class_set, GET os_quota_set_detail, GET os_quota_sets_target, GET os_quota_sets_target_defaults, PUT os_quota_class_set, PUT os_quota_sets_target
//	ServerDiagnoser          GET server_diagnostics
//	ServerEvacuator          action evacuate
//	ServerLiveMigrator       action os-migrateLive
//	ServerMigrator           action migrate
//	ServerNetworkInjector    action injectNetworkInfo
//	ServerOffloader          action shelveOffload
//	ServerStateResetter      action os-resetState
//	ServiceEditor            (only beside another interface)
//	ServiceLister            (only beside another interface)
//	UserKeypairs             (only beside another interface)
//	image.Lister             GET image, GET image_metadata, GET image_metadata_single, GET images, GET images_detail
//	image.Getter             (only beside another interface)
//	image.Deleter            (only beside another interface)
//	image.Updater            (only beside another interface)
//	volume.Lister            GET os_volumes, GET os_volumes_detail
//	volume.Getter            GET os_volume
//	volume.Creator           POST os_volumes
//	volume.Deleter           DELETE os_volume
//	volume.SnapshotLister    GET os_snapshots, GET os_snapshots_detail
//	volume.SnapshotGetter    GET os_snapshot
//	volume.SnapshotCreator   POST os_snapshots
//	volume.SnapshotDeleter   DELETE os_snapshot
//
// Facts come from the Compute API reference, from Nova's code and from
// recordings of a real Nova (Zed, 2.93).
package compute
