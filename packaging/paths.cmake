# Takes the folders of this one build out of what is compiled: pip chooses them anew each time, and the texts of
# assertions name their files. packaging/build.sh has CMake read this after each project(). NVIDIA's compiler hands the
# option on to the other one.
foreach(map "${CMAKE_SOURCE_DIR}=llama" "${CMAKE_BINARY_DIR}=build")
    add_compile_options("$<IF:$<COMPILE_LANGUAGE:CUDA>,-Xcompiler=-ffile-prefix-map=${map},-ffile-prefix-map=${map}>")
endforeach()
