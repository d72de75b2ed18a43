# Tests: one program of C++ tests, and tests/run.py for everything that the command runs.
#
# `ctest` asks run.py for one suite at a time, `script/test` for all of them; both count
# the same checks.
enable_testing()

find_package(Catch2 2 QUIET)
file(GLOB_RECURSE unit_tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*_test.cpp
  ${PROJECT_SOURCE_DIR}/tests/flow/faulty_files.cpp ${PROJECT_SOURCE_DIR}/tests/flow/cutting_proxy.cpp
  ${PROJECT_SOURCE_DIR}/tests/distributed/fleet.cpp
  ${PROJECT_SOURCE_DIR}/tests/fuzz/*_target.cpp ${PROJECT_SOURCE_DIR}/tests/fuzz/*_targets.cpp)
if(NOT Catch2_FOUND)
  message(STATUS "Catch2 is not installed: no C++ tests (Debian: catch2)")
elseif(unit_tests AND TARGET fermata_repl)
  add_executable(fermata_tests tests/main.cpp ${unit_tests})
  target_link_libraries(fermata_tests fermata_repl fermata_api Catch2::Catch2)
  # Expanded checks are long, and optimising them takes a third of the build's time.
  target_compile_options(fermata_tests PRIVATE $<$<CONFIG:Release>:-O1>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # sees ghosts in std::regex under the sanitizers
    set_source_files_properties(tests/main.cpp PROPERTIES COMPILE_OPTIONS -Wno-maybe-uninitialized)
  endif()
endif()

find_package(Python3 QUIET COMPONENTS Interpreter)
if(Python3_FOUND)
  foreach(suite units scheme programs transcripts command examples docs)
    add_test(NAME ${suite} COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/run.py
      --build ${PROJECT_BINARY_DIR} ${suite})
  endforeach()
endif()
add_test(NAME layers COMMAND ${CMAKE_COMMAND} -P ${PROJECT_SOURCE_DIR}/cmake/layers.cmake)
