# cradle_add_engine(NAME SOURCE...): a shared object libNAME.so that cradle check --engine takes.
# Link your engine to it: target_link_libraries(NAME PRIVATE ...), built with -fPIC.
function(cradle_add_engine name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE cradle::adapter)
  target_compile_features(${name} PRIVATE cxx_std_20)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON PREFIX lib SUFFIX .so)
endfunction()
