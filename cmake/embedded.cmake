# The Scheme sources of all folders, as a C++ table in the library of the folder scheme.
file(GLOB_RECURSE scheme_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/*/lib/*.sld ${PROJECT_SOURCE_DIR}/*/lib/*.scm)
set(embedded ${PROJECT_BINARY_DIR}/embedded.cpp)
add_custom_command(OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -D ROOT=${PROJECT_SOURCE_DIR} -D OUTPUT=${embedded}
    -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${scheme_sources} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Embedding Scheme sources")
target_sources(fermata_scheme PRIVATE ${embedded})
