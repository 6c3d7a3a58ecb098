# Runs a replay of one file that must find something: it has to end badly, with the message, the program,
# and the command to rerun it. CTest's own WILL_FAIL would also be content with any other failure.
execute_process(COMMAND ${program} ${file} RESULT_VARIABLE status ERROR_VARIABLE said)
if(status EQUAL 0)
  message(FATAL_ERROR "nothing was found in ${file}:\n${said}")
endif()
file(STRINGS ${file} lines REGEX "^%")
foreach(part IN ITEMS "${message}" "rerun: cradle run - --engine " LISTS lines)
  string(FIND "${said}" "${part}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "the finding does not say \"${part}\":\n${said}")
  endif()
endforeach()
