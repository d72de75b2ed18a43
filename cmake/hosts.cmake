# The C++ blocks of docs/embedding.md as a program, one of them with libuv, and the hosts of
# examples/embed.
find_library(FERMATA_LIBUV uv)
if(Python3_FOUND AND TARGET fermata_static AND FERMATA_LIBUV)
  set(blocks ${PROJECT_BINARY_DIR}/embedding_docs.cpp)
  add_custom_command(OUTPUT ${blocks}
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/api/docs_blocks.py ${PROJECT_SOURCE_DIR} ${blocks}
    DEPENDS ${PROJECT_SOURCE_DIR}/docs/embedding.md ${PROJECT_SOURCE_DIR}/tests/api/docs_blocks.py
    COMMENT "C++ blocks of docs/embedding.md")
  add_executable(embedding_docs ${blocks})
  target_link_libraries(embedding_docs fermata_static ${FERMATA_LIBUV})
endif()
file(GLOB embed_examples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/embed/*.cpp)
foreach(example ${embed_examples})
  get_filename_component(name ${example} NAME_WE)
  add_executable(embed_${name} ${example})
  target_link_libraries(embed_${name} fermata_static)
endforeach()
