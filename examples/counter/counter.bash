#!/usr/bin/env bash
set -eo pipefail
# shellcheck source=/dev/null # where the core plugins of tool are
source "${PLUGIN_CORE_AVAILABLE_PATH:-$(dirname "$(tool plugin:path common)")}/common/provider-functions"

provider_declare counter v1.0.0 'Counts what is done to machines.'
provider_param counter/step '{"type": "integer", "default": 1}' 'How much is added'
provider_param counter/limit '{"type": "integer"}' 'The most that is counted'
provider_param --secure counter/token '{"type": "string"}'
provider_instance --optional counter/limit --optional counter/token
provider_action increment --model machines --optional counter/step
provider_action total

on_config() { provider_log info "$PROVIDER_INSTANCE is configured"; }

on_action_increment() {
  local name="${PROVIDER_MODEL[Name]//[!A-Za-z0-9.-]/_}" count=0 limit="${PROVIDER_CONFIG['counter/limit']:-}"
  # Several actions may run at once.
  exec 9>lock && flock 9
  [[ ! -e count-$name ]] || count="$(<"count-$name")"
  count=$((count + ${PROVIDER_PARAMS['counter/step']}))
  if [[ $limit ]] && ((count > limit)); then provider_fail --code 409 "$name is at its limit"; fi
  echo "$count" >"count-$name"
  provider_publish counter incremented "$name" "{\"count\": $count}"
  echo "$count"
}

on_action_total() { find . -name 'count-*' -exec cat {} + | awk '{ sum += $1 } END { print sum + 0 }'; }

on_publish() {
  if [[ ${PROVIDER_EVENT[Type]}.${PROVIDER_EVENT[Action]} == machines.delete ]]; then rm -f "count-${PROVIDER_EVENT[Key]//[!A-Za-z0-9.-]/_}"; fi
}

provider_main "$@"
