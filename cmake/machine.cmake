# How the machine's loop is compiled, apart from everything else.
#
# With a jump at the end of each handler, GCC's cross-jumping would merge the jumps again
# and its global common subexpressions would spill the loop's registers.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND EXISTS ${PROJECT_SOURCE_DIR}/vm/loop.cpp)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/vm/loop.cpp PROPERTIES
    COMPILE_OPTIONS "-fno-gcse;-fno-crossjumping")
endif()
