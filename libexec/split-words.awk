# Splits the line in the environment's tool_line as a shell splits words, with nothing expanded: quotes and backslashes group.
# Prints the words in single quotes, on one line. Status 2 for an unmatched quote, or a backslash at the end. One pass, a byte at a time.
function put(byte) {
  if (!open) printf "%s", separator "'"
  open = 1
  separator = " "
  printf "%s", byte == "'" ? "'\\''" : byte
}
function end_word() {
  if (open) printf "'"
  open = 0
}
BEGIN {
  line = ENVIRON["tool_line"]
  length_of_line = length(line)
  quote = ""
  for (i = 1; i <= length_of_line; i++) {
    byte = substr(line, i, 1)
    if (quote == "'") {
      if (byte == "'") quote = ""
      else put(byte)
    } else if (quote == "\"" && byte == "\"") quote = ""
    else if (byte == "\\") {
      if (i == length_of_line) exit 2
      next_byte = substr(line, ++i, 1)
      # In front of a newline it joins lines. Inside double quotes it stands for itself but in front of these four.
      if (next_byte == "\n") continue
      if (quote == "\"" && next_byte != "\"" && next_byte != "\\" && next_byte != "$" && next_byte != "`") put("\\")
      put(next_byte)
    } else if (quote == "" && (byte == "'" || byte == "\"")) {
      quote = byte
      put("")
    } else if (quote == "" && (byte == " " || byte == "\t" || byte == "\n")) end_word()
    else put(byte)
  }
  if (quote != "") exit 2
  end_word()
  print ""
}
