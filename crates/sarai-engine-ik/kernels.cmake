# Read by cmake before the sources of the binding, which offers no other way to set an option.
# Attention over every pair of cache types takes half the build; we keep our caches in f16.
set(GGML_IQK_FA_ALL_QUANTS OFF CACHE BOOL "attention kernels for every pair of cache types")
