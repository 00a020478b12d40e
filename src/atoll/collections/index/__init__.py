"""The index of vectors: which of them are nearest to another one."""

import contextlib
import ctypes

# usearch's wheel has a C++ runtime inside, parts of which other modules would take for theirs that
# are loaded later (onnxruntime dies of it). Where the system's is there before, all take that one.
with contextlib.suppress(OSError):
    ctypes.CDLL("libstdc++.so.6", mode=ctypes.RTLD_GLOBAL)
