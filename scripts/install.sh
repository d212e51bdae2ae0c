#!/bin/sh
# Installs the package under PREFIX/lib/tool and launchers that know where it is under PREFIX/bin.
# Takes the prefix, and a staging root in front of it (DESTDIR) that the launchers do not mention.
set -eu
prefix=$1 root=$2
case $prefix in
  /*) ;;
  *) prefix=$(pwd)/$prefix ;;
esac
package=$prefix/lib/tool
new=$root$package.new.$$
old=$root$package.old.$$
mkdir -p "$root$prefix/lib" "$root$prefix/bin"
trap 'rm -rf "$new" "$old"' EXIT
mkdir "$new"
cp -R bin dist libexec plugins package.json LICENSE README.md "$new/"
rm -f "$new/dist/metafile.json"
[ ! -e "$root$package" ] || mv "$root$package" "$old"
mv "$new" "$root$package"

quoted=\'$(printf '%s' "$package" | sed "s/'/'\\\\''/g")\'
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
