#!/usr/bin/env bash
set -eo pipefail
# shellcheck source=/dev/null # where the core plugins of tool are
source "${PLUGIN_CORE_AVAILABLE_PATH:-$(dirname "$(tool plugin:path common)")}/common/provider-functions"

# The version is put in by ./build.
provider_declare sample-provider '@VERSION@' 'Says hello.'
provider_param sample-provider/greeting '{"type": "string", "default": "Hello"}' 'What is said first'
provider_instance --optional sample-provider/greeting
provider_action greet --model machines

on_config() { provider_log info "$PROVIDER_INSTANCE is configured"; }

on_action_greet() { printf '%s, %s\n' "${PROVIDER_CONFIG['sample-provider/greeting']}" "${PROVIDER_MODEL[Name]}"; }

provider_main "$@"
