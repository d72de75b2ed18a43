# find_package(fermata): the libraries fermata::fermata and fermata::shared, the command
# fermata::command, and fermata_embed_program.
include(${CMAKE_CURRENT_LIST_DIR}/fermata-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/fermata-programs.cmake)
