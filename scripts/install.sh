#!/bin/sh
# Installs the package under PREFIX/lib/tool and launchers that know where it is under PREFIX/bin.
# Takes the prefix, and a staging root in front of it (DESTDIR) that the launchers do not mention.
set -eu
# shellcheck source=scripts/install-paths.sh
. "${0%/*}/install-paths.sh"
new=$root$package.new.$$
old=$root$package.old.$$
trap 'rm -rf "$new" "$old"' EXIT
{ mkdir -p "$root$prefix/lib" "$root$prefix/bin" && mkdir "$new" && [ -w "$root$prefix/bin" ]; } 2>/dev/null \
  || fail "Cannot write below $root$prefix; install as root, or for yourself: make install PREFIX=~/.local"
cp -R bin compat dist libexec plugins package.json LICENSE README.md "$new/"
rm -f "$new/dist/contents.json"
# The library of OpenPGP stays a package of its own: what Node loads of it, and its licence.
mkdir -p "$new/node_modules/openpgp/dist/node"
cp node_modules/openpgp/package.json node_modules/openpgp/LICENSE "$new/node_modules/openpgp/"
cp node_modules/openpgp/dist/node/openpgp.min.cjs "$new/node_modules/openpgp/dist/node/"
[ ! -e "$root$package" ] || mv "$root$package" "$old"
mv "$new" "$root$package"

launcher() {
  cat >"$root$prefix/bin/.$1.$$"
  chmod 755 "$root$prefix/bin/.$1.$$"
  mv "$root$prefix/bin/.$1.$$" "$root$prefix/bin/$1"
}
launcher tool <<END
#!/bin/sh
tool_brand=\${0##*/} tool_entry=\$0 tool_rc=''
tool_pkg=$quoted
. "\$tool_pkg/libexec/launch"
END
launcher plugn <<END
#!/bin/sh
exec $quoted/bin/plugn "\$@"
END
printf 'Installed %s and %s\n' "$prefix/bin/tool" "$prefix/bin/plugn"
case $root:$PATH: in
  :"$prefix/bin":* | *:"$prefix/bin":*) ;;
  :*) printf 'Put %s on your PATH to call them by their names\n' "$prefix/bin" ;;
esac
