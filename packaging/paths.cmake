# Takes the folders of this one build out of what is compiled: pip chooses them anew each time, and the texts of
# assertions name their files. packaging/build.sh has CMake read this after each project().
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}=llama" "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")
