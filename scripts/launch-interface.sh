# shellcheck shell=sh
# What libexec/launch reads of the files that source it, what it sets for them, and what it calls of theirs. ShellCheck follows this in its
# place from those files: with all that launch sources in turn, each of them would take as long as launch itself. Nothing runs it.
# shellcheck disable=SC2034,SC2154 # its variables are theirs, and launch's
: "$tool_brand" "$tool_pkg" "$tool_entry" "$tool_rc" "$tool_forced"
tool_root='' tool_root_user=''
tool_source_home_rc
