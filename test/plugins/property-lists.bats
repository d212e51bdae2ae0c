#!/usr/bin/env bats
# Properties that are lists.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "items are added at the end, or before a position counted from 1" {
  prop rpush hello web list b
  prop rpush hello web list $'  -c d \n'
  prop rpush hello web list a 1
  prop rpush hello web list '*' 99
  properties 'fn-plugin-property-list-add hello web list "" 2; fn-plugin-property-list-add hello web list a ""'
  run -0 prop lrange hello web list
  [[ $output == $'a\n\nb\n-c d\n*\na' ]]
  printf 'a\n\nb\n-c d\n*\na\n' | cmp - "$DOKKU_LIB_ROOT/config/hello/web/list"
}

@test "a list is counted and read by index or by value" {
  prop lwrite hello web list a 'b c' ''
  run -0 properties 'fn-plugin-property-list-length hello web list; fn-plugin-property-list-length hello web none
    fn-plugin-property-list-get-by-index hello web list 1; fn-plugin-property-list-get-by-value hello web list "b c"
    fn-plugin-property-list-get hello web none'
  [[ $output == $'3\n0\nb c' ]]
  apart -1 prop lindex hello web list 3
  [[ $output == '' && $stderr == 'Index not found' ]]
  apart -1 prop lindex hello web list -1
  [[ $stderr == 'Index not found' ]]
  apart -1 prop lindex hello web list 'a[$(id)]'
  [[ $stderr == 'Invalid index: a[$(id)]' ]]
  apart -1 prop lismember hello web list b
  [[ $output == '' && $stderr == 'Value not found' ]]
}

@test "items are replaced by index counted from 0, and past the end appended" {
  prop lwrite hello web list a b c
  prop lset hello web list B 1
  properties 'fn-plugin-property-list-set hello web list d 7'
  run -0 prop lrange hello web list
  [[ $output == $'a\nB\nc\nd' ]]
}

@test "all items that are equal, or have the prefix, are removed; none is an error that changes nothing" {
  prop lwrite hello web list a ab '*' a b
  properties 'fn-plugin-property-list-remove hello web list a'
  [[ $(prop lrange hello web list) == $'ab\n*\nb' ]]
  apart -1 prop lrem hello web list a
  [[ $stderr == 'Property not found, nothing was removed' && $(prop llen hello web list) == 3 ]]
  properties 'fn-plugin-property-list-remove-by-prefix hello web list a'
  apart -1 prop lrem-by-prefix hello web list a
  [[ $(prop lrange hello web list) == $'*\nb' ]]
  apart -1 prop lrem hello web none a
  [[ $stderr == 'Property not found, nothing was removed' && ! -e $DOKKU_LIB_ROOT/config/hello/web/none ]]
  prop lrem-by-prefix hello web list ''
  [[ $(prop llen hello web list) == 0 ]]
}

@test "an item cannot hold a newline, because two items would come of it" {
  apart -1 prop rpush hello web list $'a\nb'
  [[ $stderr == 'A list item may not contain a newline: a...' ]]
  apart -1 prop lwrite hello web list a $'b\nc'
  [[ ! -e $DOKKU_LIB_ROOT/config/hello/web/list ]]
}

@test "nothing is lost when many add at once" {
  local writer
  for writer in 1 2 3 4; do
    properties 'for i in {1..8}; do fn-plugin-property-list-add hello web list "$1-$i"; done' "$writer" 3>&- &
  done
  wait
  [[ $(prop lrange hello web list | sort -u | wc -l) -eq 32 ]]
}
