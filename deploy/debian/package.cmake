# The Debian package: `cpack -G DEB -B FOLDER` in a built folder. It is made of what the component `host` installs and of
# the program; nothing is compiled. docs/operations.md has the installation, tests/integration/run_package.sh the test.

# Left out of a plain `cmake --install`, which the image uses: most of these have fixed places.
function(host_files destination)
  install(FILES ${ARGN} DESTINATION ${destination} COMPONENT host EXCLUDE_FROM_ALL)
endfunction()

set(documents ${CMAKE_INSTALL_DATADIR}/doc/parkwatch)
set(debian ${CMAKE_SOURCE_DIR}/deploy/debian)
host_files(lib/systemd/system deploy/systemd/parkwatch.service deploy/systemd/parkwatch@.service)
install(FILES deploy/systemd/parkwatch.sysusers DESTINATION lib/sysusers.d RENAME parkwatch.conf
        COMPONENT host EXCLUDE_FROM_ALL)
host_files(/etc/parkwatch deploy/debian/parkwatch.toml)
# Each file of a secret belongs to root alone; systemd hands the service a copy.
install(DIRECTORY DESTINATION /etc/parkwatch/secrets COMPONENT host EXCLUDE_FROM_ALL
        DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(DIRECTORY rules DESTINATION ${CMAKE_INSTALL_DATADIR}/parkwatch COMPONENT host EXCLUDE_FROM_ALL
        FILES_MATCHING PATTERN "*.csv")
host_files(${CMAKE_INSTALL_DATADIR}/parkwatch/prometheus deploy/prometheus/parkwatch.rules.yml)
install(PROGRAMS tools/backup-drill DESTINATION ${CMAKE_INSTALL_DATADIR}/parkwatch COMPONENT host EXCLUDE_FROM_ALL)
install(DIRECTORY deploy/systemd/parkwatch.service.d DESTINATION ${documents}/examples COMPONENT host EXCLUDE_FROM_ALL)
host_files(${documents}/examples deploy/prometheus/prometheus.yml deploy/alertmanager/alertmanager.yml)
install(DIRECTORY docs DESTINATION ${documents} COMPONENT host EXCLUDE_FROM_ALL)
host_files(${documents} README.md SECURITY.md ${debian}/README.Debian ${debian}/copyright)
install(FILES ${debian}/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME parkwatch
        COMPONENT host EXCLUDE_FROM_ALL)

# What a command prints, as a file of the package.
function(printed destination)
  get_filename_component(folder ${destination} DIRECTORY)
  string(REPLACE ";" " " command "${ARGN}")
  install(CODE "
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}\")
    execute_process(${command} OUTPUT_FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${destination}\" COMMAND_ERROR_IS_FATAL ANY)"
    COMPONENT host EXCLUDE_FROM_ALL)
endfunction()
# Policy wants these compressed, without a time in them.
printed(${documents}/changelog.gz COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
printed(${documents}/changelog.Debian.gz COMMAND gzip -9nc ${debian}/changelog)
printed(${CMAKE_INSTALL_MANDIR}/man1/parkwatch.1.gz COMMAND ${CMAKE_BINARY_DIR}/parkwatch manual COMMAND gzip -9nc)
printed(${CMAKE_INSTALL_DATADIR}/bash-completion/completions/parkwatch COMMAND ${CMAKE_BINARY_DIR}/parkwatch completion bash)
printed(${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions/_parkwatch COMMAND ${CMAKE_BINARY_DIR}/parkwatch completion zsh)
printed(${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/parkwatch.fish COMMAND ${CMAKE_BINARY_DIR}/parkwatch completion fish)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME parkwatch)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Parkwatch maintainers <maintainers@parkwatch.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_MONOLITHIC_INSTALL ON)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};parkwatch;Unspecified;/;${CMAKE_BINARY_DIR};parkwatch;host;/")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones and certificates are read from the system's files; the user is made by sysusers.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, tzdata, ca-certificates")
# Kafka's logins beyond PLAIN, which come as plugins of libsasl2.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libsasl2-modules")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, prometheus, prometheus-alertmanager")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "watches the emissions of industrial parks
Parkwatch takes the readings of data loggers (HJ 212 over TCP) and other
systems (JSON) through Kafka, turns them into the averages and masses that
environmental law is written in, judges them against dated limits, and keeps
results and evidence in SQLite or PostgreSQL. The package has the program,
systemd units, rules as CSV files, alerting rules for Prometheus and the
documents. Nothing is started by the installation.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
