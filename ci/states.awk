# What a compiler reads for each source file, for ci/tidy: prints the file, its compile command, and
# the hashes of the file and of every header of this tree that it includes, directly or not.
#
# Input: "HASH NAME" for every source and header. -v root=FOLDER/ -v database=compile_commands.json

function read_commands(line, command) {
  while ((getline line < database) > 0) {
    if (line ~ /^ *"command": /) command = line
    if (line !~ /^ *"file": /) continue
    sub(/^ *"file": "/, "", line)
    sub(/",?$/, "", line)
    if (index(line, root) == 1) commands[substr(line, length(root) + 1)] = command
  }
}

# Rooted includes name a file as it is; the engine's public headers and a program's own do not.
function read_includes(name, folder, line) {
  folder = name
  sub(/[^\/]*$/, "", folder)
  while ((getline line < name) > 0) {
    if (line !~ /^#include ["<]/) continue
    gsub(/^#include ["<]|[">].*/, "", line)
    if (index(line, root) == 1) line = substr(line, length(root) + 1)  # of several compiled as one
    if (line in hash) includes[name] = includes[name] " " line
    if (folder line in hash) includes[name] = includes[name] " " folder line
    if ("engine/include/" line in hash) includes[name] = includes[name] " engine/include/" line
  }
  close(name)
}

function read_state(name, state, queue, last, next_, met, parts, count, k) {
  queue[last = 1] = name
  met[name] = 1
  for (next_ = 1; next_ <= last; ++next_) {
    state = state " " hash[queue[next_]]
    count = split(includes[queue[next_]], parts, " ")
    for (k = 1; k <= count; ++k) {
      if (parts[k] in met) continue
      met[parts[k]] = 1
      queue[++last] = parts[k]
    }
  }
  return state
}

{
  hash[$2] = $1
  names[++total] = $2
}

END {
  read_commands()
  for (i = 1; i <= total; ++i) read_includes(names[i])
  for (i = 1; i <= total; ++i) {
    if (names[i] in commands) print names[i], commands[names[i]], read_state(names[i])
  }
}
