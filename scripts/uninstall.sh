#!/bin/sh
# Removes what scripts/install.sh put below a prefix, and nothing else: homes with their plugins stay, and so does what is not ours.
# Takes the prefix and the staging root, as install.sh does.
set -eu
# shellcheck source=scripts/install-paths.sh
. "${0%/*}/install-paths.sh"
removed=''
for name in tool plugn; do
  file=$root$prefix/bin/$name
  # Another program may have the name.
  if [ -f "$file" ] && grep -qF "$quoted" "$file"; then
    rm -f "$file"
    removed="$removed $prefix/bin/$name"
  fi
done
if [ -f "$root$package/libexec/launch" ]; then
  rm -rf "$root${package:?}" 2>/dev/null || :
  [ ! -e "$root$package" ] || fail "$root$package cannot be removed whole; do it as the user who installed it"
  removed="$removed $package"
fi
case $removed in
  '') fail "Nothing of tool is installed below $prefix; give the PREFIX that it was installed with" ;;
esac
printf 'Removed%s\n' "$removed"
printf 'Plugins and apps stay where they are: %s\n' "in $HOME/.local/share/tool, or in /var/lib/tool for root"
