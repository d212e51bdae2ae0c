# What a script declares of its arguments (docs/arguments.md), as rows for libexec/complete-arguments, fields separated by tabs:
#
#   flag|hidden  SPELLING  KIND  TEXT      place  KIND      rest  KIND
#   choice  NUMBER  VALUE      run|described  NUMBER  COMMAND      function  NUMBER  NAME
#
# KIND is none, text, files, directories, or the NUMBER of the rows that have the choices, the command or the function. Prints nothing for what is no
# KDL. src/arguments reads the same; test/unit/declared-completion.test.ts holds both together. Standard input is the start of the script.

{ sub(/\r$/, ""); line[NR] = $0 }

END {
  first = 0
  for (i = 1; i <= NR && !first; i++) if (is_mark(line[i])) first = i
  if (first) {
    for (i = first; i <= NR; i++) {
      if (is_mark(line[i])) T = T marked(line[i]) "\n"
      else if (line[i] !~ /^(#|\/\/|::)/ && line[i] !~ /^[ \t]*$/) break
    }
    read_usage()
  } else {
    calls = 0
    for (i = 1; i <= NR; i++) if (line[i] ~ /argc|args[ \t]+["'$]/) calls = 1
    if (calls) read_argc()
  }
  if (!bad) printf "%s%s", rows, details
}

function is_mark(text) {
  return text ~ /^(\357\273\277)?(#|\/\/|::)(USAGE|[ \t]*\[USAGE\])([ \t].*)?$/
}

function marked(text) {
  sub(/^(\357\273\277)?(#|\/\/|::)(USAGE|[ \t]*\[USAGE\])[ \t]?/, "", text)
  return text
}

# A text as a field.
function field(text) {
  sub(/\n.*/, "", text)
  gsub(/[\001-\037\177]/, " ", text)
  return text
}

# Whether a text can stand in a row as it is.
function whole(text) { return text != "" && text !~ /[\001-\037\177]/ }

function completion_by_name(name) {
  name = tolower(name)
  if (name ~ /(dir|directory)$/) return "directories"
  if (name ~ /(files?|paths?)$/) return "files"
  return "text"
}

# ---- KDL: T is the text, P the place in it. Nodes are numbered; their parts are in name, parent, count, arg, prop.

function peek() { return substr(T, P, 1) }

# Skips blanks and comments inside of a node; with lines, line ends too.
function skip(lines,   c, depth) {
  while (P <= length(T) && !bad) {
    c = peek()
    if (c == " " || c == "\t" || (lines && (c == "\n" || c == ";"))) P++
    else if (substr(T, P, 2) == "//") { while (P <= length(T) && peek() != "\n") P++; if (!lines) return }
    else if (substr(T, P, 2) == "/*") {
      depth = 0
      do {
        if (substr(T, P, 2) == "/*") { depth++; P += 2 }
        else if (substr(T, P, 2) == "*/") { depth--; P += 2 }
        else P++
        if (P > length(T) && depth) bad = 1
      } while (depth && !bad)
    } else if (!lines && c == "\\") {
      P++
      while (peek() ~ /^[ \t]$/) P++
      if (substr(T, P, 2) == "//") while (P <= length(T) && peek() != "\n") P++
      if (peek() != "\n") { bad = 1; return }
      P++
    } else return
  }
}

function utf8(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}

function hex(digits,   i, value) {
  for (i = 1; i <= length(digits); i++) value = value * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
  return value
}

# Lines of a """ text without the indentation of the last.
function dedent(text,   parts, n, i, indent, out) {
  n = split(text, parts, "\n")
  indent = parts[n]
  if (n < 2 || parts[1] != "" || indent !~ /^[ \t]*$/) { bad = 1; return "" }
  for (i = 2; i < n; i++) out = out (i > 2 ? "\n" : "") (parts[i] ~ /^[ \t]*$/ ? "" : substr(parts[i], length(indent) + 1))
  return out
}

# A string in one of its forms. Leaves in quoted whether it had quotes.
function value(   hashes, close_, end, c, text, digits) {
  quoted = 1
  hashes = ""
  while (substr(T, P + length(hashes), 1) == "#") hashes = hashes "#"
  if (hashes != "" && substr(T, P + length(hashes), 1) == "\"") {
    P += length(hashes)
    close_ = (substr(T, P, 3) == "\"\"\"" ? "\"\"\"" : "\"") hashes
    P += length(close_) - length(hashes)
    end = index(substr(T, P), close_)
    if (!end) { bad = 1; return "" }
    text = substr(T, P, end - 1)
    P += end - 1 + length(close_)
    return close_ ~ /^"""/ ? dedent(text) : text
  }
  if (peek() == "\"") {
    close_ = substr(T, P, 3) == "\"\"\"" ? "\"\"\"" : "\""
    P += length(close_)
    while (substr(T, P, length(close_)) != close_) {
      if (P > length(T)) { bad = 1; return "" }
      c = peek()
      if (c == "\n" && close_ == "\"") { bad = 1; return "" }
      if (c == "\\") {
        c = substr(T, P + 1, 1)
        P += 2
        if (c == "n") text = text "\n"
        else if (c == "t") text = text "\t"
        else if (c == "r") text = text "\r"
        else if (c == "b") text = text "\b"
        else if (c == "f") text = text "\f"
        else if (c == "s") text = text " "
        else if (c ~ /^["\\\/]$/) text = text c
        else if (c == "u" && match(substr(T, P), /^\{[0-9A-Fa-f]+\}/)) { text = text utf8(hex(substr(T, P + 1, RLENGTH - 2))); P += RLENGTH }
        else if (c ~ /^[ \t\n]$/) while (peek() ~ /^[ \t\n]$/) P++
        else { bad = 1; return "" }
      } else { text = text c; P++ }
    }
    P += length(close_)
    return length(close_) == 3 ? dedent(text) : text
  }
  quoted = 0
  if (match(substr(T, P), /^[^][ \t\n{}()\\\/"=;]+/)) { text = substr(T, P, RLENGTH); P += RLENGTH; return text }
  bad = 1
  return ""
}

function read_nodes(up,   n, text, dropped, drop_one) {
  while (!bad) {
    skip(1)
    if (P > length(T)) { if (up) bad = 1; return }
    if (peek() == "}") { if (!up) bad = 1; return }
    dropped = 0
    if (substr(T, P, 2) == "/-") { dropped = 1; P += 2; skip(1) }
    n = ++nodes
    name[n] = value()
    parent[n] = dropped ? -1 : up
    while (!bad) {
      skip(0)
      if (P > length(T) || peek() ~ /^[\n;}]$/) break
      drop_one = 0
      if (substr(T, P, 2) == "/-") { drop_one = 1; P += 2; skip(0) }
      if (peek() == "{") {
        P++
        read_nodes(drop_one ? -1 : n)
        if (peek() != "}") bad = 1
        P++
        continue
      }
      text = value()
      if (peek() == "=") { P++; if (drop_one) value(); else prop[n, text] = value() }
      else if (!drop_one) arg[n, ++count[n]] = text
    }
  }
}

# A field of a node: its property, or the first value of a node of that name in it.
function of_node(n, key,   i) {
  if ((n, key) in prop) return prop[n, key]
  for (i = 1; i <= nodes; i++) if (parent[i] == n && name[i] == key) return arg[i, 1]
  return ""
}

function bare(label) {
  sub(/(\.\.\.|\342\200\246)$/, "", label)
  gsub(/[][<>]/, "", label)
  sub(/^-- +/, "", label)
  sub(/(\.\.\.|\342\200\246)$/, "", label)
  return label
}

function add(label, first_field, second, third) {
  rows = rows label "\t" first_field (second == "" ? "" : "\t" second "\t" third) "\n"
}

function detail(label, number, text) {
  if (whole(text)) details = details label "\t" number "\t" text "\n"
}

# What may stand for a value of a flag or an argument.
function kind_of(n, own, label,   i, j, k, words) {
  for (i = 1; i <= nodes; i++) {
    if (name[i] != "choices" || (parent[i] != n && !(name[parent[i]] == "arg" && parent[parent[i]] == n))) continue
    numbers++
    for (j = 1; j <= count[i]; j++) detail("choice", numbers, arg[i, j])
    k = split(ENVIRON[of_node(i, "env")], words, /[ \t\n,]+/)
    for (j = 1; j <= k; j++) detail("choice", numbers, words[j])
    return numbers
  }
  for (i = 1; i <= nodes; i++) {
    if (parent[i] || name[i] != "complete" || (arg[i, 1] != own && arg[i, 1] != label)) continue
    k = of_node(i, "type")
    if (k == "dir") return "directories"
    if (k != "") return "files"
    detail(of_node(i, "descriptions") == "#true" ? "described" : "run", ++numbers, of_node(i, "run"))
    return numbers
  }
  return completion_by_name(label)
}

function read_usage(   i, n) {
  P = 1
  read_nodes(0)
  n = nodes
  for (i = 1; i <= n && !bad; i++) {
    if (parent[i] != 0) continue
    if (name[i] == "flag") usage_flag(i)
    else if (name[i] == "arg") usage_arg(i)
  }
}

function usage_flag(n,   words, k, i, j, spelled, hidden, label, own, kind, text) {
  k = split(arg[n, 1], words, /[ \t]+/)
  spelled = 0
  for (i = 1; i <= k; i++) {
    if (words[i] ~ /^-/) { sub(/(\.\.\.|\342\200\246)$/, "", words[i]); spelling[++spelled] = words[i]; veiled[spelled] = 0 }
    else if (label == "" && words[i] != "") label = bare(words[i])
  }
  for (i = 1; i <= nodes; i++) {
    if (parent[i] != n) continue
    if (name[i] == "arg" && label == "") { split(arg[i, 1], words, / +/); label = bare(words[1]) }
    if (name[i] == "alias") for (j = 1; j <= count[i]; j++) { spelling[++spelled] = arg[i, j]; veiled[spelled] = of_node(i, "hide") == "#true" }
  }
  own = spelling[1]
  for (i = spelled; i >= 1; i--) if (spelling[i] ~ /^--/) own = spelling[i]
  sub(/^-+/, "", own)
  kind = label == "" ? "none" : kind_of(n, own, label)
  hidden = of_node(n, "hide") == "#true"
  text = of_node(n, "help")
  text = field(text == "" ? arg[n, 2] : text)
  for (i = 1; i <= spelled; i++) add(hidden || veiled[i] ? "hidden" : "flag", spelling[i], kind, text)
  k = split(of_node(n, "negate"), words, / +/)
  for (i = 1; i <= k; i++) add(hidden ? "hidden" : "flag", words[i], "none", text)
}

function usage_arg(n,   notation, words, k, i, label, kind, several) {
  notation = arg[n, 1]
  several = notation ~ /(\.\.\.|\342\200\246)$/ || of_node(n, "var") == "#true"
  sub(/^[[<]-- +/, "<", notation)
  k = split(notation, words, / +/)
  label = bare(words[1])
  for (i = 1; i <= k; i++) add("place", kind_of(n, label, bare(words[i])))
  if (several && k == 1) add("rest", kind_of(n, label, label))
}

# ---- argc: R is the rest of a comment.

function eat(pattern,   found) {
  if (!match(R, "^(" pattern ")")) return ""
  found = substr(R, 1, RLENGTH)
  R = substr(R, RLENGTH + 1)
  return found
}

function unquoted(end,   found) {
  found = eat("'([^'\\\\]|\\\\.)*'")
  if (found == "") found = eat("\"([^\"\\\\]|\\\\.)*\"")
  if (found == "") return eat(end)
  found = substr(found, 2, length(found) - 2)
  gsub(/\\/, "\001", found)
  gsub(/\001\001/, "\\", found)
  gsub(/\001/, "", found)
  return found
}

function read_argc(   i, tag) {
  for (i = 1; i <= NR; i++) {
    if (line[i] !~ /^#+[ \t]*@(flag|option|arg|cmd|alias)([ \t]|$)/) continue
    # Longer lines would keep whoever typed Tab waiting.
    if (length(line[i]) > 8192) continue
    R = line[i]
    eat("#+[ \t]*@")
    tag = eat("[a-z]+")
    eat("[ \t]+")
    if (tag == "cmd" || tag == "alias") { bad = 1; return }
    argc_parameter(tag)
  }
}

function argc_parameter(tag,   short, long, called, modifier, kind, label, several, found) {
  if (tag != "arg") {
    if (R ~ /^-[^ \t-][ \t]+-/) { short = substr(R, 1, 2); R = substr(R, 3); eat("[ \t]+") }
    long = eat("--?")
    called = eat("[A-Za-z0-9_.:@-]+")
    if (called == "" && long == "-") called = eat("[^ \t]")
  } else called = eat("[A-Za-z0-9_.:@-]+")
  if (called == "") return
  modifier = eat(tag == "flag" ? "[*]" : "[!~*+]")
  if (modifier ~ /[*+]/) eat("[,:;@|/]")
  several = modifier ~ /[*+~]/
  kind = ""
  if (tag != "flag" && modifier == "" && eat("=") != "") {
    if (eat("`[^`]*`") == "") unquoted("[^ \t]*")
  } else if (tag != "flag" && eat("\\[") != "") {
    kind = ++numbers
    eat("[=?]")
    found = eat("`[^`]*`")
    if (found != "") detail("function", kind, substr(found, 2, length(found) - 2))
    else do detail("choice", kind, unquoted("[^]|]*")); while (eat("[|]") != "")
    if (eat("\\]") == "") return
  }
  eat("[ \t]+\\$(\\$|[A-Z_][A-Z0-9_]*)")
  label = eat("[ \t]+<[^<>]*>")
  gsub(/^[ \t]+<|[*+?]?>$/, "", label)
  if (tag == "option") while ((found = eat("[ \t]+<[^<>]*>")) != "") {
    gsub(/^[ \t]+<|[*+?]?>$/, "", found)
    if (completion_by_name(label) == "text") label = found
  }
  eat("[ \t]+")
  if (tag == "flag") kind = "none"
  else if (kind == "") kind = label == "" ? "text" : completion_by_name(label)
  if (tag == "arg") {
    add("place", kind)
    if (several) add("rest", kind)
    return
  }
  if (short != "") add("flag", short, kind, field(R))
  add("flag", long called, kind, field(R))
}
