# The Scheme sources of all folders, as a C++ table in the library of the folder scheme.
file(GLOB_RECURSE scheme_sources CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/*/lib/*.sld ${CMAKE_SOURCE_DIR}/*/lib/*.scm)
set(embedded ${CMAKE_BINARY_DIR}/embedded.cpp)
add_custom_command(OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -D ROOT=${CMAKE_SOURCE_DIR} -D OUTPUT=${embedded}
    -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${scheme_sources} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Embedding Scheme sources")
target_sources(fermata_scheme PRIVATE ${embedded})
