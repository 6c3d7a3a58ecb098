# Runs a replay of one file that must find something: it has to end badly, with the message, the program,
# and the command to rerun it. CTest's own WILL_FAIL would also be content with any other failure.
execute_process(COMMAND ${program} ${file} RESULT_VARIABLE status ERROR_VARIABLE said)
if(status EQUAL 0)
  message(FATAL_ERROR "nothing was found in ${file}:\n${said}")
endif()
set(parts "${message}")
if(NOT bare)  # a program was run: it is shown, and how to run it again
  file(STRINGS ${file} lines REGEX "^%")
  list(APPEND parts "rerun: cradle run - --engine " ${lines})
endif()
foreach(part IN LISTS parts)
  string(FIND "${said}" "${part}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "the finding does not say \"${part}\":\n${said}")
  endif()
endforeach()
