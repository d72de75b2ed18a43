# For projects that link Fermata: programs compiled while the project is built.
#
# fermata_embed_program(TARGET NAME FILE [INCLUDE_DIRECTORIES DIR...] [DEPENDS FILE...])
#
# Expands the Scheme program FILE, a path from the current source folder, and puts it into the
# C or C++ TARGET as an array of bytes for load_compiled; <fermata-programs/NAME.h> declares
#     extern const unsigned char NAME[];
#     extern const size_t NAME_size;
# What the expander refuses fails the build.  Libraries are looked for in the folders DIR.  A
# file that FILE includes or imports is to stand in DEPENDS, for a change of it to be noticed.
# When cross-compiling, FERMATA_COMMAND is the path of a command that runs here.
cmake_policy(VERSION 3.21)

function(fermata_embed_program target name file)
  cmake_parse_arguments(PARSE_ARGV 3 given "" "" "INCLUDE_DIRECTORIES;DEPENDS")
  if(given_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "fermata_embed_program: unknown arguments ${given_UNPARSED_ARGUMENTS}")
  elseif(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "fermata_embed_program: ${name} cannot name a C variable")
  elseif(NOT TARGET ${target})
    message(FATAL_ERROR "fermata_embed_program: there is no target ${target}")
  endif()
  if(FERMATA_COMMAND)
    set(command ${FERMATA_COMMAND})
  elseif(TARGET fermata::command)
    set(command fermata::command)
  else()
    message(FATAL_ERROR "fermata_embed_program: no command; FERMATA_COMMAND can name one")
  endif()
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(suffix cpp)
  if("C" IN_LIST languages)
    set(suffix c)
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/fermata-programs)
  set(output ${folder}/${name})
  file(MAKE_DIRECTORY ${folder})
  set(folders)
  foreach(include IN LISTS given_INCLUDE_DIRECTORIES)
    list(APPEND folders -I ${include})
  endforeach()
  add_custom_command(OUTPUT ${output}.${suffix} ${output}.h
    COMMAND ${command} compile ${folders} ${file} -o ${output}.bytes
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D BYTES=${output}.bytes -D OUTPUT=${output}.${suffix}
      -D HEADER=${output}.h -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    DEPENDS ${file} ${given_DEPENDS} ${command} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Compiling ${file}" VERBATIM)
  target_sources(${target} PRIVATE ${output}.${suffix} ${output}.h)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()

# ---- while building: BYTES become the source OUTPUT, which HEADER declares -----------------
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ ${BYTES} hex HEX)
  string(REGEX REPLACE "(................)" "\\1\n" lines "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," lines "${lines}")
  file(SIZE ${BYTES} size)
  file(WRITE ${HEADER} "#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern \"C\" {
#endif
extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_size;
#ifdef __cplusplus
}
#endif
")
  file(WRITE ${OUTPUT} "#include \"${NAME}.h\"
const unsigned char ${NAME}[] = {
${lines}};
const size_t ${NAME}_size = ${size};
")
endif()
