# The rules of ci/layers. Input: the names of all files, one a line, rooted in the current folder.

BEGIN {
  # Arrows run one way: program <- engines, oracles; both <- properties, cradle, fuzz, bench.
  may["engine"] = "engine"
  may["examples"] = "engine"
  may["program"] = "program"
  may["engines"] = "program engines"
  may["oracles"] = "program oracles"
  may["properties"] = "program engines oracles properties cradle"
  may["components"] = "components engine examples"
  may["cradle"] = "program engines oracles cradle"
  may["fuzz"] = "program engines oracles fuzz engine examples"
  may["bench"] = "program engines oracles bench engine"
  may["samples"] = "samples"
  # Who else may include the engine itself: its adapter, and the test of its operators.
  adapter = "^checks/(engines/microcrad|properties/operators_test)\\."
  # Who else reads the example's digits.
  reader = "^checks/properties/mnist_test\\."
  # Whose libraries stay where.
  home["gtest"] = home["gmock"] = home["rapidcheck"] = "properties components"
  home["benchmark"] = "bench"
  home["fuzzer"] = home["libFuzzer"] = "fuzz"
}

function tell(what) {
  print file ":" FNR_ ": " what
  violations++
}

# The layer of a path: the top folder, or the folder under checks.
function layer_of(path, parts) {
  split(path, parts, "/")
  if (path ~ /^engine\/examples\//) return "examples"
  # What strangers write: against the installed headers alone.
  if (path ~ /^checks\/(engines\/samples|properties\/plugins)\//) return "samples"
  if (path ~ /^microcrad\//) return "engine"
  return parts[1] == "checks" ? parts[2] : parts[1]
}

function allows(list, word) { return index(" " list " ", " " word " ") > 0 }

function check_include(line, layer, path, target) {
  path = line
  sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", path)
  sub(/[>"].*/, "", path)
  if (line ~ /</ && path !~ /^microcrad\//) {
    target = path
    sub(/[\/.].*/, "", target)
    if (target in home && !allows(home[target], layer)) tell(target " belongs to " home[target])
    return
  }
  if (path !~ /^(engine|checks|fuzz|bench|microcrad)\//) {
    if (layer == "examples" || (layer == "samples" && path ~ /^cradle\//)) return
    tell("the include " path " is not rooted at the repository")
    return
  }
  target = layer_of(path)
  if (!allows(may[layer], target) && !(target == "engine" && file ~ adapter) &&
      !(target == "examples" && file ~ reader)) {
    tell(layer " may not include " target)
  } else if (!(path in exists) && !("engine/include/" path in exists)) {
    tell("the include " path " does not exist")
  }
}

function check_line(line, layer) {
  if (length(line) > 100 && !is_document) tell("wider than 100 columns")
  if (line ~ /TO[D]O|FIX[M]E/) tell("an open end: give it an issue, or finish it")
  if (!is_source) return
  if (line ~ /^[ \t]*#[ \t]*include/) check_include(line, layer)
  if (line ~ /LLVMFuzzer/ && !allows(home["libFuzzer"], layer)) {
    tell("libFuzzer belongs to " home["libFuzzer"])
  }
  if (line ~ /^[ \t]*#[ \t]*define/ && !is_c) tell("no macros of our own: a constant or a function")
}

# A header that C reads, too, has the guard of extern "C", and may define its constants.
function read_by_c(path, line, found) {
  found = path ~ /\.c$/ || path ~ /^engine\/examples\//
  while (!found && (getline line < path) > 0) found = line ~ /^#ifdef __cplusplus/
  close(path)
  return found
}

function check_file(layer, line) {
  layer = layer_of(file)
  is_document = file ~ /\.md$/
  is_block = 0
  is_source = file ~ /\.(c|cpp|h|hpp)$/
  is_c = is_source && read_by_c(file)
  FNR_ = 0
  while ((getline line < file) > 0) {
    ++FNR_
    if (FNR_ == 1 && is_source && line !~ /^\/[\/*]/) tell("begins without saying what it is")
    check_line(line, layer)
    if (is_document && line ~ /^```/) is_block = !is_block
    if (is_document && !is_block) check_spans(line)
  }
  close(file)
  if (FNR_ > 300) tell("longer than 300 lines")
  if (file ~ /\/README\.md$/ && FNR_ > 60) tell("longer than a screen")
}

# Every folder of code or programs explains itself; `size` is the length of the folder's name.
function need_readme(size, folder) {
  folder = substr(file, 1, size)
  if (folder in seen || file !~ /\.(c|cpp|h|hpp|prog)$|^ci\//) return
  if (!(folder "/README.md" in exists)) tell(folder " has no README.md")
  seen[folder] = 1
}

# True when there is a file or a folder of that name; * and the words NAME and SUBJECT stand for
# anything.
function is_there(path, k) {
  sub(/\/$/, "", path)
  if (path in exists || path in folders) return 1
  if (path !~ /\*|NAME|SUBJECT/) return 0
  gsub(/[.]/, "[.]", path)
  gsub(/\*|NAME|SUBJECT/, "[^/]*", path)
  for (k = 1; k <= count; ++k) if (names[k] ~ "^" path "$") return 1
  return 0
}

# What a document calls a path begins in its own folder, in one above it, or where public headers
# are; what has no folder may be in any.
function check_named(path, folder) {
  if (path == "operator/") return  # a function of C++
  if (path in bases) return
  for (folder = file; sub(/\/[^\/]*$/, "", folder);) if (is_there(folder "/" path)) return
  if (!is_there(path) && !is_there("engine/include/" path)) tell("names " path ": there is none")
}

function begins_with_folder(path) { return path ~ /\// && sub(/\/.*/, "", path) && path in folders }

# The `spans` of a document's line that are paths: by their ending, or the folder they begin with.
# What is built or installed is elsewhere.
function check_spans(line, span) {
  while (match(line, /`[^`]+`/)) {
    span = substr(line, RSTART + 1, RLENGTH - 2)
    line = substr(line, RSTART + RLENGTH)
    if (span !~ /^[A-Za-z0-9_][A-Za-z0-9_.*\/-]*$/ || span ~ /^(build|cradle)\//) continue
    if (span ~ /\.(h|cpp|awk|cmake)$|\/$|\/[^\/]*\.[a-z]+$/ || begins_with_folder(span)) {
      check_named(span)
    }
  }
}

{
  exists[$0] = 1
  names[++count] = $0
  base = $0
  sub(/.*\//, "", base)
  bases[base] = 1
  for (folder = $0; sub(/\/[^\/]*$/, "", folder);) folders[folder] = 1
}

END {
  for (i = 1; i <= count; ++i) {
    file = names[i]
    if (file ~ /\.(c|cpp|h|hpp|md)$|^\.?ci\//) check_file()
    FNR_ = 1
    if (match(file, /^(checks\/[^\/]+|engine|fuzz|bench|ci)\//)) need_readme(RLENGTH - 1)
    if (file ~ /^checks\//) need_readme(length("checks"))
  }
  exit violations > 0
}
