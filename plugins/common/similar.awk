# Prints the line of its input that is most like WORD, if one is near enough to be a slip of the fingers: the rule of src/system/nearest.ts.

function distance(a, b, i, j, above, left, cost, row) {
  for (j = 0; j <= length(b); j++) row[j] = j
  for (i = 1; i <= length(a); i++) {
    left = row[0]
    row[0] = i
    for (j = 1; j <= length(b); j++) {
      above = row[j]
      cost = left + (substr(a, i, 1) != substr(b, j, 1))
      if (above + 1 < cost) cost = above + 1
      if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1
      row[j] = cost
      left = above
    }
  }
  return row[length(b)]
}

function swapped(a, b, i) {
  if (length(a) != length(b)) return 0
  for (i = 1; i < length(a) && substr(a, i, 1) == substr(b, i, 1); i++);
  return substr(a, i, 1) == substr(b, i + 1, 1) && substr(a, i + 1, 1) == substr(b, i, 1) && substr(a, i + 2) == substr(b, i + 2)
}

BEGIN {
  word = ENVIRON["WORD"]
  limit = int(length(word) / 3)
  if (limit < 1) limit = 1
  best = limit + 1
}

{
  # What differs in length by more than that is no slip.
  if (length($0) - length(word) > limit || length(word) - length($0) > limit) next
  away = swapped(word, $0) ? 1 : distance(word, $0)
  if (away < best) {
    best = away
    nearest = $0
  }
}

END { if (best <= limit) print nearest }
