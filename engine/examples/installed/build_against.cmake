# Builds and runs programs against an installed microcrad. ctest runs it with `cmake -P`; the
# variables it reads are set in ../CMakeLists.txt.
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${scratch})
run(${CMAKE_COMMAND} --install ${build} --prefix ${scratch}/first --component microcrad)
file(RENAME ${scratch}/first ${scratch}/moved)

# A C program: the compiler and pkg-config say all there is to say.
if(pkg_config)
  set(ENV{PKG_CONFIG_PATH} ${scratch}/moved/${libdir}/pkgconfig)
  execute_process(COMMAND ${pkg_config} --cflags --libs microcrad
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  separate_arguments(c_flags_list UNIX_COMMAND "${c_flags}")
  run(${cc} ${c_flags_list} -std=c11 ${source}/program.c -o ${scratch}/by_pkg_config ${flags})
  run(${scratch}/by_pkg_config)
else()
  message(STATUS "pkg-config is not installed: its part of this test is left out")
endif()

# A C project without C++, and a C++ project.
foreach(language IN ITEMS c cxx)
  run(${CMAKE_COMMAND} -S ${source}/${language} -B ${scratch}/${language} -G ${generator}
    -D CMAKE_PREFIX_PATH=${scratch}/moved -D CMAKE_BUILD_TYPE=${build_type}
    -D CMAKE_C_COMPILER=${cc} -D CMAKE_CXX_COMPILER=${cxx} --no-warn-unused-cli
    -D CMAKE_C_FLAGS=${c_flags} -D CMAKE_CXX_FLAGS=${cxx_flags})
  run(${CMAKE_COMMAND} --build ${scratch}/${language})
  run(${scratch}/${language}/program)
endforeach()
