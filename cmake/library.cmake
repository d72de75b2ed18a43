# The library for hosts: fermata::fermata, one archive of all folders and the carried libraries;
# fermata::shared, the same as a shared library that shows nothing but the C interface.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(CheckLinkerFlag)

set(fermata_parts)
foreach(part vm scheme sched flow api images)
  list(APPEND fermata_parts $<TARGET_OBJECTS:fermata_${part}>)
endforeach()
set(fermata_needs gc gmp utf8proc sqlite3 sodium zstd pthread)

function(fermata_library target kind)
  add_library(${target} ${kind} ${fermata_parts})
  target_link_libraries(${target} PRIVATE ${fermata_needs})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME fermata LINKER_LANGUAGE CXX)
  install(TARGETS ${target} EXPORT fermata DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

fermata_library(fermata_static STATIC)
set_target_properties(fermata_static PROPERTIES EXPORT_NAME fermata)
add_library(fermata::fermata ALIAS fermata_static)
if(FERMATA_SHARED)
  fermata_library(fermata_shared SHARED)
  set(map ${PROJECT_SOURCE_DIR}/cmake/symbols.map)
  set_target_properties(fermata_shared PROPERTIES EXPORT_NAME shared
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS ${map})
  target_link_options(fermata_shared PRIVATE -Wl,--version-script=${map} -Wl,-z,nodelete -Wl,--no-undefined)
  # Tables of builtins are full of addresses: 150 KB of relocations become 2 (glibc 2.36 reads them).
  check_linker_flag(CXX "LINKER:-z,pack-relative-relocs,--fatal-warnings" FERMATA_PACKS_RELOCATIONS)
  if(FERMATA_PACKS_RELOCATIONS)
    target_link_options(fermata_shared PRIVATE LINKER:-z,pack-relative-relocs)
  endif()
  add_library(fermata::shared ALIAS fermata_shared)
endif()

file(GLOB fermata_headers ${PROJECT_SOURCE_DIR}/api/fermata.h ${PROJECT_SOURCE_DIR}/api/fermata.hpp)
foreach(name async class convert function result task value)
  list(APPEND fermata_headers ${PROJECT_SOURCE_DIR}/api/${name}.hpp)
endforeach()
install(FILES ${fermata_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fermata)
if(TARGET fermata)
  set_target_properties(fermata PROPERTIES EXPORT_NAME command)
  add_executable(fermata::command ALIAS fermata)
  install(TARGETS fermata EXPORT fermata DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/fermata)
install(EXPORT fermata NAMESPACE fermata:: DESTINATION ${package} FILE fermata-targets.cmake)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fermata-config-version.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/fermata-config-version.cmake ${PROJECT_SOURCE_DIR}/cmake/fermata-config.cmake
  ${PROJECT_SOURCE_DIR}/cmake/fermata-programs.cmake DESTINATION ${package})
include(${PROJECT_SOURCE_DIR}/cmake/fermata-programs.cmake)

list(TRANSFORM fermata_needs PREPEND "-l" OUTPUT_VARIABLE flags)
list(JOIN flags " " FERMATA_NEEDS)
configure_file(${PROJECT_SOURCE_DIR}/cmake/fermata.pc.in ${PROJECT_BINARY_DIR}/fermata.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fermata.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
