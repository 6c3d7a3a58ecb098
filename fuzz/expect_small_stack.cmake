# A chain of as many lines as an input may have: an engine that recurses over it must not survive the
# small stack that targets run on, one that does not must.
set(lines "%0 = input 0.5\n")
set(before 0)
foreach(node RANGE 1 3900)
  string(APPEND lines "%${node} = relu %${before}\n")
  set(before ${node})
endforeach()
file(WRITE ${folder}/deep.prog "${lines}")
foreach(engine IN ITEMS textbook_iterative textbook)
  set(ENV{CRADLE_ENGINE} ${engine})
  execute_process(COMMAND ${program} ${folder}/deep.prog
    RESULT_VARIABLE status ERROR_VARIABLE said OUTPUT_VARIABLE printed)
  if(engine STREQUAL "textbook_iterative" AND NOT status EQUAL 0)
    message(FATAL_ERROR "${engine} does not survive:\n${said}")
  elseif(engine STREQUAL "textbook" AND NOT said MATCHES "stack-overflow")
    message(FATAL_ERROR "${engine} survives a recursion of 3,900, or does not say how it ended:\n${said}")
  endif()
endforeach()
