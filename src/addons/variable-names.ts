/**
 * The variables of kURL whose names do not follow from their place in a spec, by that place in lower case: what add-ons were written for
 * (contract registry §2.6). All others are `ADDON_FIELD`.
 */
const IRREGULAR: Readonly<Record<string, string>> = {
  'antrea.isencryptiondisabled': 'ANTREA_DISABLE_ENCRYPTION',
  'docker.bypassstoragedriverwarning': 'BYPASS_STORAGEDRIVER_WARNINGS',
  'docker.dockerregistryip': 'DOCKER_REGISTRY_IP',
  'docker.hardfailonloopback': 'HARD_FAIL_ON_LOOPBACK',
  'docker.noceonee': 'NO_CE_ON_EE',
  'docker.preserveconfig': 'PRESERVE_DOCKER_CONFIG',
  'ekco.nodeunreachabletoleration': 'EKCO_NODE_UNREACHABLE_TOLERATION_DURATION',
  'ekco.shoulddisablerebootservices': 'EKCO_SHOULD_DISABLE_REBOOT_SERVICE',
  'firewalldconfig.bypassfirewalldwarning': 'BYPASS_FIREWALLD_WARNING',
  'firewalldconfig.disablefirewalld': 'DISABLE_FIREWALLD',
  'firewalldconfig.hardfailonfirewalld': 'HARD_FAIL_ON_FIREWALLD',
  'firewalldconfig.preserveconfig': 'PRESERVE_FIREWALLD_CONFIG',
  'fluentd.fluentdconfpath': 'FLUENTD_CONF_FILE',
  'fluentd.fullefkstack': 'FLUENTD_FULL_EFK_STACK',
  'iptablesconfig.preserveconfig': 'PRESERVE_IPTABLES_CONFIG',
  'kotsadm.applicationnamespace': 'KOTSADM_APPLICATION_NAMESPACES',
  'kubernetes.bootstraptoken': 'BOOTSTRAP_TOKEN',
  'kubernetes.bootstraptokenttl': 'BOOTSTRAP_TOKEN_TTL',
  'kubernetes.certkey': 'CERT_KEY',
  'kubernetes.containerlogmaxfiles': 'CONTAINER_LOG_MAX_FILES',
  'kubernetes.containerlogmaxsize': 'CONTAINER_LOG_MAX_SIZE',
  'kubernetes.controlplane': 'MASTER',
  'kubernetes.evictionthresholdresources': 'EVICTION_THRESHOLD',
  'kubernetes.hacluster': 'HA_CLUSTER',
  'kubernetes.kubeadmtoken': 'KUBEADM_TOKEN',
  'kubernetes.kubeadmtokencahash': 'KUBEADM_TOKEN_CA_HASH',
  'kubernetes.kubereserved': 'KUBE_RESERVED',
  'kubernetes.loadbalanceraddress': 'LOAD_BALANCER_ADDRESS',
  'kubernetes.loadbalancerusefirstprimary': 'KUBERNETES_LOAD_BALANCER_USE_FIRST_PRIMARY',
  'kubernetes.masteraddress': 'KUBERNETES_MASTER_ADDR',
  'kubernetes.s3override': 'SERVICE_S3_OVERRIDE',
  'kubernetes.servicecidr': 'SERVICE_CIDR',
  'kubernetes.servicecidrrange': 'SERVICE_CIDR_RANGE',
  'kubernetes.systemreservedresources': 'SYSTEM_RESERVED',
  'kubernetes.usestandardnodeportrange': 'USE_STANDARD_PORT_RANGE',
  'kurl.additionalnoproxyaddresses': 'ADDITIONAL_NO_PROXY_ADDRESSES',
  'kurl.airgap': 'AIRGAP',
  'kurl.excludebuiltinhostpreflights': 'EXCLUDE_BUILTIN_HOST_PREFLIGHTS',
  'kurl.hostnamecheck': 'HOSTNAME_CHECK',
  'kurl.ipv6': 'IPV6_ONLY',
  'kurl.licenseurl': 'LICENSE_URL',
  'kurl.nameserver': 'NAMESERVER',
  'kurl.noproxy': 'NO_PROXY',
  'kurl.privateaddress': 'PRIVATE_ADDRESS',
  'kurl.proxyaddress': 'PROXY_ADDRESS',
  'kurl.publicaddress': 'PUBLIC_ADDRESS',
  'kurl.skipsystempackageinstall': 'SKIP_SYSTEM_PACKAGE_INSTALL',
  'minio.hostpath': 'MINIO_HOSTPATH',
  'openebs.cstorstorageclassname': 'OPENEBS_CSTOR_STORAGE_CLASS',
  'openebs.iscstorenabled': 'OPENEBS_CSTOR',
  'openebs.islocalpvenabled': 'OPENEBS_LOCALPV',
  'openebs.localpvstorageclassname': 'OPENEBS_LOCALPV_STORAGE_CLASS',
  'rook.cephreplicacount': 'CEPH_POOL_REPLICAS',
  'rook.isblockstorageenabled': 'ROOK_BLOCK_STORAGE_ENABLED',
  'rook.issharedfilesystemdisabled': 'ROOK_SHARED_FILESYSTEM_DISABLED',
  'rook.storageclassname': 'STORAGE_CLASS',
  'selinuxconfig.disableselinux': 'DISABLE_SELINUX',
  'selinuxconfig.preserveconfig': 'PRESERVE_SELINUX_CONFIG',
  'ufwconfig.bypassufwwarning': 'BYPASS_UFW_WARNING',
  'ufwconfig.disableufw': 'DISABLE_UFW',
  'ufwconfig.hardfailonufw': 'HARD_FAIL_ON_UFW',
  'weave.isencryptiondisabled': 'ENCRYPT_NETWORK',
  'weave.nomasqlocal': 'NO_MASQ_LOCAL',
  'weave.podcidr': 'POD_CIDR',
  'weave.podcidrrange': 'POD_CIDR_RANGE',
};

/** What a shell, a linker, git, Node or this tool takes for an instruction of its own. */
const TAKEN = /^(TOOL|DOKKU|PLUGIN|PLUGN|CONFIG|ADDON|LD|BASH|NODE|GIT|DYLD)_|^(PATH|IFS|ENV|SHELLOPTS|BASHOPTS|PS4|HOME|DIR)$/;

/** `s3Override`, `podCIDRRange` and `cert-manager` in capitals, with `_` between words. */
const capitals = (word: string): string =>
  word
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();

/** The variable that a field of a spec becomes; undefined for what cannot be one, or means something else already. */
export function variableName(addon: string, field: string): string | undefined {
  const name = IRREGULAR[`${addon}.${field}`.replaceAll('-', '').toLowerCase()] ?? `${capitals(addon)}_${capitals(field)}`;
  return /^[A-Z][A-Z0-9_]*$/.test(name) && !TAKEN.test(name) ? name : undefined;
}
