"""Compiled inner loops: plain functions on numpy arrays, no objects, no Jupyter.

Every kernel releases the GIL, is cached on disk (see `compiling`) and runs on one thread. Under
``NUMBA_DISABLE_JIT=1`` the same functions run as ordinary Python.

Only `settings` and `packing` do without numba, whose import takes most of a second. Trainers import the other
modules where they call them, so that the first picture of a network is there before the compiler is.
"""
