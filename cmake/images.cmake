# The carried libraries, compiled: a program makes their images, an object holds them.
#
# Every program that starts interpreters takes the object in; the maker itself has none and
# reads the texts.
add_executable(fermata_images_maker ${PROJECT_SOURCE_DIR}/flow/maker/make_images.cpp)
target_link_libraries(fermata_images_maker fermata_flow)
set(images ${PROJECT_BINARY_DIR}/images.bin)
add_custom_command(OUTPUT ${images}
  # The hostile build's own allocations are tested elsewhere: here they would take minutes.
  COMMAND ${CMAKE_COMMAND} -E env FERMATA_COLLECT_EVERY=1000 $<TARGET_FILE:fermata_images_maker> ${images}
  DEPENDS fermata_images_maker
  COMMENT "Compiling the carried libraries")
set(images_source ${PROJECT_BINARY_DIR}/images.cpp)
file(CONFIGURE OUTPUT ${images_source} CONTENT [=[
// Generated: the bytes of images.bin.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global fermata_images\n"
    "fermata_images:\n"
    ".incbin \"@images@\"\n"
    ".global fermata_images_end\n"
    "fermata_images_end:\n"
    ".byte 0\n"
    ".previous\n");
]=] @ONLY)
set_source_files_properties(${images_source} PROPERTIES OBJECT_DEPENDS ${images})
add_library(fermata_images OBJECT ${images_source})
foreach(program fermata fermata_tests ${fuzz_programs})
  if(TARGET ${program})
    target_sources(${program} PRIVATE $<TARGET_OBJECTS:fermata_images>)
  endif()
endforeach()
