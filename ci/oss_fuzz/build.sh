#!/bin/bash -eu
# All there is to it is the project's own, and tested there.
"$SRC/cradle/ci/oss_fuzz_build"
