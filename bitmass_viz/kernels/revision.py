"""The revision of the numbers: which calculations the weights of a network come from."""

REVISION = 2
"""Links, saved runs and results of experiments name it, so that no network silently stands for another.

Raise it with any change after which some trainer, recipe, option, seed or example gives another weight, however
little it differs, or an experiment measures something else: another order of a sum, another approximation of a
function, another random number. A change that leaves every bit as it is, such as a faster kernel, keeps it.

======== =======================================================================================================
Revision What changed
======== =======================================================================================================
1        Version 0.1, and everything that names no revision.
2        Exponentials, cosines, powers and logarithms come from kernels of the package, not from the machine's
         library, and sums add in another order.
======== =======================================================================================================
"""

UNNAMED = 1
"""The revision of links, files and results that name none."""
MAX_REVISION = 1_000_000
