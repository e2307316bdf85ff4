"""Compiled inner loops: plain functions on numpy arrays, no objects, no Jupyter.

Every kernel releases the GIL, is cached on disk (see `compiling`) and runs on one thread. With
``NUMBA_DISABLE_JIT=1`` the same functions run as ordinary Python.

Only `settings` and `packing` do not need numba, whose import takes most of a second. Trainers import the other
modules inside functions, so the first picture of a network appears before the compiler is loaded.
"""
