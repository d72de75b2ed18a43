# What is installed beside programs and libraries, and the Debian package: cpack -G DEB.
#
# The command writes its manual page and the completions of shells itself.
if(TARGET fermata AND NOT CMAKE_CROSSCOMPILING)
  set(share ${PROJECT_BINARY_DIR}/share)
  file(MAKE_DIRECTORY ${share})
  set(shared_texts)
  foreach(what man bash zsh fish)
    add_custom_command(OUTPUT ${share}/${what}
      COMMAND $<TARGET_FILE:fermata> completions ${what} > ${share}/${what}
      DEPENDS fermata VERBATIM)
    list(APPEND shared_texts ${share}/${what})
  endforeach()
  add_custom_target(fermata_share ALL DEPENDS ${shared_texts})
  install(FILES ${share}/man DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 RENAME fermata.1)
  install(FILES ${share}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fermata)
  install(FILES ${share}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _fermata)
  install(FILES ${share}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME fermata.fish)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/fermata RENAME copyright)

set(CPACK_PACKAGE_NAME fermata)
set(CPACK_PACKAGE_CONTACT "The Fermata project <fermata@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Scheme with tasks and durable flows: command and library")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION lisp)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)
# Who links the static library needs these as well.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libgc-dev, libgmp-dev, libutf8proc-dev, libsqlite3-dev, libsodium-dev, libzstd-dev")
include(CPack)
