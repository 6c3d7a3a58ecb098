# What CPack makes a Debian package of: all that is installed, and the libraries that dpkg-shlibdeps
# finds in it. ci/package calls it.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cradle)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "gradient checking and fuzz testing of scalar autograd engines")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"It checks values, gradients and reference counts of an engine on random,
enumerated and small computation graphs, with error bounds that are derived.
An engine is a plug-in: an adapter of about twenty lines, in C or C++, or any
program that speaks a line protocol.
.
The package has the command, the headers that an adapter needs, a CMake
package, and the engine microcrad.")
set(CPACK_PACKAGE_CONTACT "the cradle authors <cradle@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "c++-compiler")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cmake, graphviz, bash-completion")
include(CPack)
